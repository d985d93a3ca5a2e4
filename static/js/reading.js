// Marks a passage read without loading the page again. Without this script the same button sends the same form.

const form = document.getElementById("acts");
const count = document.querySelector("[data-read-count]");
const next = document.querySelector("[data-next-unread]");
const passages = [...document.querySelectorAll("[data-passage]")];
const buttonOf = (passage) => passage.querySelector("[data-mark]");
const isRead = (passage) => buttonOf(passage)?.name === "unread";

function show(passage, read) {
  const button = buttonOf(passage);
  button.name = read ? "unread" : "read";
  button.firstChild.data = read ? "Read. Mark unread" : "Mark read";
  passage.classList.toggle("is-read", read);
  for (const entry of document.querySelectorAll(`[data-of="${CSS.escape(passage.id)}"]`)) entry.classList.toggle("is-read", read);
  if (!count) return;
  count.textContent = passages.filter(isRead).length;
  const unread = passages.find((one) => !isRead(one));
  next.textContent = unread ? "Next unread" : "Decide";
  next.setAttribute("href", `#${unread ? unread.id : "decision"}`);
}

async function mark(event) {
  const button = event.currentTarget;
  event.preventDefault();
  const sent = new FormData(form);
  const read = button.name === "read";
  sent.append(button.name, button.value);
  const asFetched = { method: "POST", body: sent, headers: { "X-Requested-With": "fetch" }, redirect: "manual" };
  const answer = await fetch(button.formAction, asFetched).catch(() => null);
  if (answer?.status === 204) show(button.closest("[data-passage]"), read);
  else form.requestSubmit(button); // signed out, or no network: let the page say so
}

for (const passage of passages) buttonOf(passage)?.addEventListener("click", mark);

// From the list of changes the keyboard goes on at the passage, not at the link.
next?.addEventListener("click", () => document.getElementById(next.hash.slice(1))?.focus({ preventScroll: true }));
