// Citations while typing: `[@` in a text, or a word in a source field, offers sources; the list under the field shows
// what its keys resolve to. Without this script the fields are plain and the list is drawn by the server.

const form = document.querySelector("form[data-offered]");
const live = document.querySelector("[data-live]");
const KEY = /@([A-Za-z0-9_.:-]{1,80})/g;
const GROUP = /(?<!\\)\[\s*@[^\]]*\]/g;

// What is being typed before the caret: where it begins and its text; null when no citation is.
function typed(field) {
  const before = field.value.slice(0, field.selectionStart);
  if ("cites" in field.dataset) {
    const found = /(?<!\\)\[(?:[^\]\n]*;)?\s*@([^\]\n;,@]{0,60})$/.exec(before);
    return found && { start: before.length - found[1].length, text: found[1] };
  }
  const line = before.slice(before.lastIndexOf("\n") + 1);
  return line.includes(",") ? null : { start: before.length - line.length, text: line };
}

class Offer {
  constructor(field) {
    this.field = field;
    this.asked = 0;
    this.list = document.createElement("ul");
    this.list.id = `${field.id}_offered`;
    this.list.className = "offered";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Sources");
    field.after(this.list);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", this.list.id);
    if (field.tagName === "INPUT") {
      field.setAttribute("role", "combobox");
      field.setAttribute("aria-expanded", "false");
    }
    field.addEventListener("input", () => this.look());
    field.addEventListener("keydown", (event) => this.key(event));
    field.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.take(option);
    });
  }

  async look() {
    const now = typed(this.field);
    if (!now || (!("cites" in this.field.dataset) && !now.text.trim())) return this.close();
    const asked = ++this.asked;
    await new Promise((resolve) => setTimeout(resolve, 120));
    if (asked !== this.asked) return;
    const answer = await fetch(`${form.dataset.offered}?q=${encodeURIComponent(now.text.trim())}`).catch(() => null);
    if (asked !== this.asked || !answer?.ok) return;
    this.show((await answer.json()).sources);
  }

  show(sources) {
    if (!sources.length) return this.close();
    this.list.replaceChildren(...sources.map((source, index) => {
      const option = document.createElement("li");
      option.id = `${this.list.id}_${index}`;
      option.dataset.key = source.key;
      option.setAttribute("role", "option");
      const key = document.createElement("code");
      key.textContent = source.key;
      const about = [source.title, source.by, source.published].filter(Boolean).join(", ");
      option.append(key, ` ${about}`);
      return option;
    }));
    this.list.hidden = false;
    if (this.field.tagName === "INPUT") this.field.setAttribute("aria-expanded", "true");
    this.choose(0);
    if (live) live.textContent = `${sources.length} sources. Arrow keys choose, Enter cites, Escape closes.`;
  }

  close() {
    this.asked++;
    this.list.hidden = true;
    this.field.removeAttribute("aria-activedescendant");
    if (this.field.tagName === "INPUT") this.field.setAttribute("aria-expanded", "false");
  }

  choose(index) {
    const options = [...this.list.children];
    this.at = (index + options.length) % options.length;
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === this.at)));
    this.field.setAttribute("aria-activedescendant", options[this.at].id);
    options[this.at].scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (this.list.hidden || event.isComposing) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) this.choose(this.at + steps[event.key]);
    else if (event.key === "Enter") this.take(this.list.children[this.at]);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }

  take(option) {
    const field = this.field;
    const now = typed(field);
    const end = field.selectionStart;
    this.close();
    if (!now) return;
    const isCite = "cites" in field.dataset;
    const closing = isCite && !/^\s*[\],;]/.test(field.value.slice(end)) ? "]" : "";
    field.setRangeText(option.dataset.key + closing, now.start, end, "end");
    if (isCite && !closing) field.setSelectionRange(now.start + option.dataset.key.length, now.start + option.dataset.key.length);
    field.dispatchEvent(new Event("change", { bubbles: true }));
    resolve(field);
  }
}

function keysOf(field) {
  if ("cites" in field.dataset) {
    const groups = field.value.match(GROUP) || [];
    return [...new Set(groups.flatMap((group) => [...group.matchAll(KEY)].map((found) => found[1].replace(/[.:]+$/, ""))))].sort();
  }
  return [...new Set(field.value.split("\n").map((line) => line.split(",")[0].trim()).filter(Boolean))].sort();
}

async function resolve(field) {
  const keys = keysOf(field);
  const list = field.closest(".field").querySelector("ul.cited");
  if (!list) return;
  let titles = {};
  if (keys.length) {
    const query = keys.map((key) => `key=${encodeURIComponent(key)}`).join("&");
    const answer = await fetch(`${form.dataset.titles}?${query}`).catch(() => null);
    if (!answer?.ok) return;
    titles = (await answer.json()).titles;
  }
  if (String(keys) !== String(keysOf(field))) return;
  list.replaceChildren(...keys.map((key) => {
    const item = document.createElement("li");
    const code = document.createElement("code");
    code.textContent = key;
    const title = titles[key] ?? null;
    item.classList.toggle("unknown", title === null);
    item.append(code, title === null ? " is not among the sources" : ` ${title}`);
    return item;
  }));
}

function attend(part) {
  for (const field of part.querySelectorAll("[data-cites], [data-source]")) {
    if (field.disabled) continue;
    new Offer(field);
    let waiting;
    field.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => resolve(field), 400);
    });
  }
}

if (form) {
  attend(form);
  form.addEventListener("row-added", (event) => attend(event.detail));
  form.addEventListener("put-back", () => form.querySelectorAll("[data-cites], [data-source]").forEach(resolve));
}
