// Keys for a reviewer: j k u r c d n ?. Everything they do is on the page too; they can be turned off, and a text field keeps its own.

const OFF = "review-keys-off";
const dialog = document.getElementById("keys");
const passages = [...document.querySelectorAll("[data-passage]")];
const typing = "input, textarea, select, [contenteditable]";

// The passage that has the focus, else the last one that begins above the middle of the window.
function current() {
  const focused = document.activeElement?.closest("[data-passage]");
  return focused ?? passages.findLast((one) => one.getBoundingClientRect().top < innerHeight / 2) ?? null;
}

function go(target) {
  if (!target) return;
  if (!target.hasAttribute("tabindex")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: target.offsetHeight > innerHeight ? "start" : "nearest" });
}

function step(by) {
  const focused = document.activeElement?.closest("[data-passage]");
  const at = passages.indexOf(focused ?? current());
  go(passages[focused || by < 0 ? Math.min(Math.max(at + by, 0), passages.length - 1) : Math.max(at, 0)]);
}

function comment() {
  const say = (current() ?? document.getElementById("conversation")).querySelector("[data-say]");
  if (!say) return;
  say.open = true;
  say.querySelector("textarea").focus();
}

const acts = {
  j: () => step(1),
  k: () => step(-1),
  u: () => go(passages.find((one) => one.querySelector("[data-mark]")?.name === "read") ?? document.getElementById("decision")),
  r: () => current()?.querySelector("[data-mark]")?.click(),
  c: comment,
  d: () => go(document.getElementById("decision")),
  n: () => document.querySelector("[data-next]")?.click(),
  "?": () => dialog.showModal(),
};

const isOff = () => localStorage.getItem(OFF) !== null;

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (dialog.open || event.target.closest?.(typing) || (isOff() && event.key !== "?")) return;
  const act = acts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

document.querySelector("[data-keys-hint]").hidden = false;
document.querySelector("[data-keys-show]").addEventListener("click", () => dialog.showModal());
const on = document.getElementById("keys-on");
on.checked = !isOff();
on.addEventListener("change", () => (on.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
