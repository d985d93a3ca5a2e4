// What is typed is kept on the server a few seconds after typing stops, for its author alone; it is no version.
// Without this script nothing is kept, and everything else works. An ended session is kept.js's to mend.

const WAIT = 4000; // milliseconds without typing
const MOST_WHILE_LEAVING = 60_000; // bytes that a browser sends on behalf of a page that is gone
const form = document.querySelector("form[data-autosave]");
const told = form?.querySelector("[data-autosaved]");

const typed = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
let last; // what the server has, or what the page came with
let waiting;
let sending;
let isSent = false; // the form itself is on its way

function say(text) {
  if (told) told.textContent = text;
}

async function keep(isLeaving = false) {
  clearTimeout(waiting);
  const body = typed();
  if (isSent || !form.elements.autosave.value || String(body) === last) return;
  sending?.abort();
  sending = new AbortController();
  const keepalive = isLeaving && String(body).length < MOST_WHILE_LEAVING;
  const options = { method: "POST", body, keepalive, redirect: "error", signal: sending.signal };
  const answer = await fetch(form.dataset.autosave, options).catch((error) => ({ isAborted: error.name === "AbortError" }));
  if (answer.isAborted) return;
  if (answer.ok) last = String(body);
  say(answer.ok ? `Typing kept at ${new Date().toISOString().slice(11, 16)} UTC, not saved yet`
    : answer.status === 409 ? "Another page of yours holds unsaved typing of this form; this one is not kept"
    : "Typing is not kept: save to be sure");
}

function stop() {
  isSent = true;
  clearTimeout(waiting);
  sending?.abort();
}

if (form) {
  last = String(typed());
  const wait = () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, WAIT);
  };
  form.addEventListener("input", wait);
  form.addEventListener("change", wait);
  form.addEventListener("submit", (event) => { if (!event.defaultPrevented) stop(); });
  window.addEventListener("pageshow", () => { isSent = false; });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(true); });
}
