// Marks a passage read without loading the page again. Without this script the same button sends the same form.

const form = document.getElementById("acts");
const counts = [...document.querySelectorAll("[data-read-count]")];
const note = document.querySelector("[data-unread-note]");
const next = document.querySelector("[data-next-unread]");
const passages = [...document.querySelectorAll("[data-passage]")];
const buttonOf = (passage) => passage.querySelector("[data-mark]");
const isRead = (passage) => buttonOf(passage)?.name === "unread";

function show(passage, read) {
  const button = buttonOf(passage);
  button.name = read ? "unread" : "read";
  button.firstChild.data = read ? "Read. Mark unread " : "Mark read ";
  passage.classList.toggle("is-read", read);
  for (const entry of document.querySelectorAll(`[data-of="${CSS.escape(passage.id)}"]`)) entry.classList.toggle("is-read", read);
  const all = passages.filter(isRead).reduce((sum, one) => sum + Number(one.dataset.passage), 0);
  for (const count of counts) count.textContent = all;
  const unread = passages.find((one) => !isRead(one));
  next.hidden = !unread;
  next.setAttribute("href", `#${unread ? unread.id : "decision"}`);
  if (note) note.hidden = !unread;
}

// One after the other, so that a mark and its recall arrive in their order; shown at once, taken back if refused.
let sent = Promise.resolve();

function mark(event) {
  event.preventDefault();
  const button = event.currentTarget;
  const passage = button.closest("[data-passage]");
  const read = button.name === "read";
  const body = new FormData(form);
  body.append(button.name, button.value);
  show(passage, read);
  sent = sent.then(() => send(button, body)).catch(() => {
    show(passage, !read);
    form.requestSubmit(button); // signed out, or no network: let the page say so
  });
}

async function send(button, body) {
  const headers = { "X-Requested-With": "fetch" };
  const answer = await fetch(button.formAction, { method: "POST", body, headers, redirect: "manual", keepalive: true });
  if (answer.status !== 204) throw new Error(answer.status);
}

for (const passage of passages) buttonOf(passage)?.addEventListener("click", mark);

// From the bar the keyboard goes on at the passage, not at the link.
next?.addEventListener("click", () => document.getElementById(next.hash.slice(1))?.focus({ preventScroll: true }));
