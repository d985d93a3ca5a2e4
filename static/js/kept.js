// What was typed is kept in this tab from the moment it is sent until a page says that it was saved, so that a session
// which had ended costs nothing. Without this script the browser's Back button brings the text back.

const BEGIN = "kept:";
const LAST = "kept-last";
const OWN = ["csrfmiddlewaretoken", "add"]; // what belongs to one page and not to what was typed
const person = document.querySelector("[data-person]")?.dataset.person;
const forms = [...document.querySelectorAll("form[data-kept]")];

const addressOf = (form) => new URL(form.getAttribute("action") || location.pathname, location.href).pathname;
// Forms of one address are told apart by the name that they are kept under.
const keyOf = (form) => `${BEGIN}${person}:${addressOf(form)}${form.dataset.kept}`;
const typedIn = (form) => [...new FormData(form)].filter(([name, value]) => !OWN.includes(name) && typeof value === "string");
const asOne = (typed) => JSON.stringify(typed.filter(([name]) => name !== "autosave").map(([name, value]) => [name, value.replace(/\r\n?/g, "\n")]));

function keep(form) {
  const kept = { typed: typedIn(form), version: form.elements.base_version?.value };
  try {
    sessionStorage.setItem(keyOf(form), JSON.stringify(kept));
    sessionStorage.setItem(LAST, keyOf(form));
  } catch {
    // No room, or not allowed: the Back button remains.
  }
}

function letGo(key) {
  sessionStorage.removeItem(key);
  if (sessionStorage.getItem(LAST) === key) sessionStorage.removeItem(LAST);
}

function letGoOfAll() {
  Object.keys(sessionStorage).filter((key) => key.startsWith(BEGIN)).forEach(letGo);
}

// Make every list of the form as long as it was, then fill field by field.
function putBack(form, typed) {
  for (const list of form.querySelectorAll("[data-rows]")) {
    const total = list.querySelector("input[name$='-TOTAL_FORMS']");
    const wanted = Number(typed.find(([name]) => name === total.name)?.[1] ?? total.value);
    while (Number(total.value) < wanted) list.querySelector("button.add").click();
    for (let index = wanted; index < Number(total.value); index++) {
      list.querySelector(`[name='${list.dataset.rows}-${index}-ORDER']`)?.closest("[data-row]").remove();
    }
  }
  const values = Map.groupBy ? Map.groupBy(typed, ([name]) => name) : grouped(typed);
  for (const field of form.elements) {
    if (!field.name || field.disabled || OWN.includes(field.name) || field.type === "submit") continue;
    const given = (values.get(field.name) ?? []).map(([, value]) => value);
    if (field.type === "checkbox" || field.type === "radio") {
      const before = field.checked;
      field.checked = given.includes(field.value);
      if (before !== field.checked) field.dispatchEvent(new Event("change", { bubbles: true }));
    } else if (given.length) field.value = given.shift();
  }
  form.dispatchEvent(new CustomEvent("put-back"));
  form.dispatchEvent(new Event("change"));
}

function grouped(typed) {
  const values = new Map();
  for (const pair of typed) values.set(pair[0], [...(values.get(pair[0]) ?? []), pair]);
  return values;
}

function button(text, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button-second";
  made.textContent = text;
  made.addEventListener("click", action);
  return made;
}

function offer(form, kept) {
  const bar = document.createElement("div");
  bar.className = "kept";
  bar.setAttribute("role", "status");
  const told = document.createElement("p");
  const version = form.elements.base_version?.value;
  const moved = version === kept.version ? "" : ` The draft is at version ${version} by now; when you save, what others changed is kept, and where both changed the same you are asked.`;
  told.textContent = `What you typed was not saved${kept.signedOut ? " because you were signed out" : ""}.${moved}`;
  // The server may hold an older state of this very typing (autosave.js): one offer is enough.
  const token = kept.typed.find(([name]) => name === "autosave")?.[1];
  const older = token && document.querySelector(`[data-unfinished="${CSS.escape(token)}"]`);
  if (older) older.hidden = true;
  const done = () => {
    letGo(keyOf(form));
    bar.remove();
  };
  bar.append(
    told,
    button("Put it back", () => {
      putBack(form, kept.typed);
      done();
      form.querySelector("textarea, input:not([type=hidden])")?.focus();
    }),
    button("Discard", () => {
      done();
      if (older) older.hidden = false;
    }),
  );
  form.before(bar);
  if (form.closest("details")) form.closest("details").open = true;
}

const last = sessionStorage.getItem(LAST);
if (last && document.querySelector("[data-signed-out]")) {
  const kept = JSON.parse(sessionStorage.getItem(last) ?? "null");
  if (kept) sessionStorage.setItem(last, JSON.stringify({ ...kept, signedOut: true }));
} else if (last && document.querySelector(".messagelist .success, .messagelist .info, .message-success, .message-info, [data-kept-safe]")) {
  letGo(last);
}

for (const form of forms) {
  const kept = JSON.parse(sessionStorage.getItem(keyOf(form)) ?? "null");
  if (kept && asOne(kept.typed) === asOne(typedIn(form))) letGo(keyOf(form)); // it stands in the form
  else if (kept) offer(form, kept);
  form.addEventListener("submit", (event) => { if (!event.defaultPrevented) keep(form); });
}
document.querySelector("form[action$='/logout/']")?.addEventListener("submit", letGoOfAll);
