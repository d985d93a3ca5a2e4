// Rows of a list: added, reordered by pointer and by keyboard, marked as removed. Without this script the numbers in
// “Place” and the button “Add” do the same through the server.

const form = document.querySelector("form[data-guard]");
const live = document.querySelector("[data-live]");
const say = (text) => { if (live) live.textContent = text; };

for (const list of document.querySelectorAll("[data-rows]")) {
  const rows = list.querySelector(".row-list");
  const called = list.dataset.rowName;
  const own = () => [...rows.children];
  const name = (row) => row.querySelector("h3").textContent.trim();
  list.classList.add("is-live");

  const renumber = () => own().forEach((row, index) => {
    row.querySelector("input[name$='-ORDER']").value = index + 1;
  });
  const tell = (row) => {
    renumber();
    form.dispatchEvent(new Event("change"));
    say(`${name(row)} is now ${called} ${own().indexOf(row) + 1} of ${own().length}`);
  };

  const move = (row, button, before) => {
    if (!before) return say(`${name(row)} is already at the end`);
    rows.insertBefore(row, before === row ? null : before);
    button.focus();
    row.scrollIntoView({ block: "nearest" });
    tell(row);
  };

  rows.addEventListener("click", (event) => {
    const row = event.target.closest("[data-row]");
    if (event.target.matches("[data-up]")) move(row, event.target, row.previousElementSibling);
    if (event.target.matches("[data-down]")) {
      const next = row.nextElementSibling;
      move(row, event.target, next && (next.nextElementSibling || row));
    }
  });

  const mark = (box) => {
    const row = box.closest("[data-row]");
    row.classList.toggle("is-removed", box.checked);
    if (box.checked) say(`${name(row)} will be removed when you save`);
  };
  rows.addEventListener("change", (event) => {
    if (event.target.matches("input[name$='-DELETE']")) mark(event.target);
  });

  // Dragging: the row follows the pointer from place to place.
  rows.addEventListener("pointerdown", (event) => {
    if (!event.target.matches("[data-grip]") || event.button) return;
    const row = event.target.closest("[data-row]");
    const grip = event.target;
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    row.classList.add("is-dragged");
    const drag = (moved) => {
      const over = own().find((other) => {
        const box = other.getBoundingClientRect();
        return other !== row && moved.clientY >= box.top && moved.clientY <= box.bottom;
      });
      if (!over) return;
      const box = over.getBoundingClientRect();
      const below = own().indexOf(over) > own().indexOf(row);
      const crossed = below ? moved.clientY > box.bottom - row.offsetHeight / 2 || moved.clientY > box.top + box.height / 2
        : moved.clientY < box.top + box.height / 2;
      if (crossed) {
        rows.insertBefore(row, below ? over.nextElementSibling : over);
        if (!grip.hasPointerCapture(event.pointerId)) grip.setPointerCapture(event.pointerId);
      }
    };
    const drop = () => {
      grip.removeEventListener("pointermove", drag);
      grip.removeEventListener("pointerup", drop);
      grip.removeEventListener("pointercancel", drop);
      row.classList.remove("is-dragged");
      tell(row);
    };
    grip.addEventListener("pointermove", drag);
    grip.addEventListener("pointerup", drop);
    grip.addEventListener("pointercancel", drop);
  });

  list.querySelector("button.add")?.addEventListener("click", (event) => {
    event.preventDefault();
    const total = list.querySelector("input[name$='-TOTAL_FORMS']");
    const holder = document.createElement("template");
    holder.innerHTML = list.querySelector("template").innerHTML.replaceAll("__prefix__", total.value);
    const row = holder.content.firstElementChild;
    total.value = Number(total.value) + 1;
    rows.append(row);
    reveal(row);
    renumber();
    row.querySelector("textarea, select, input:not([type=hidden], [type=checkbox], [type=number])")?.focus();
    say(`A new ${called} was added at the end`);
    form.dispatchEvent(new CustomEvent("row-added", { detail: row }));
  });

  const reveal = (row) => row.querySelectorAll("[data-moves]").forEach((part) => { part.hidden = false; });
  own().forEach(reveal);
  list.querySelectorAll("input[name$='-DELETE']:checked").forEach(mark);
}

// Leaving with unsaved text asks first.
if (form) {
  let touched = false;
  form.addEventListener("input", () => { touched = true; });
  form.addEventListener("change", () => { touched = true; });
  form.addEventListener("submit", () => { touched = false; });
  window.addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });
}
