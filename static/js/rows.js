// Rows of a list: added, reordered by pointer and by keyboard, marked as removed. Without this script the numbers in
// “Place” and the button “Add” do the same through the server.

const form = document.querySelector("form[data-guard]");
const live = document.querySelector("[data-live]");
const EDGE = 80; // pixels at the top and bottom of the window where dragging scrolls
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

  // Do `step` and scroll so that `handle` stays where it was on the screen; return by how much it could not.
  const steadily = (handle, step) => {
    const before = handle.getBoundingClientRect().top;
    step();
    window.scrollBy({ top: handle.getBoundingClientRect().top - before, behavior: "instant" });
    return handle.getBoundingClientRect().top - before;
  };

  const move = (row, button, before) => {
    if (!before) return say(`${name(row)} is already at the end`);
    steadily(button, () => {
      rows.insertBefore(row, before === row ? null : before);
      button.focus({ preventScroll: true });
    });
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

  // Dragging: every row folds to its head, and the row follows the pointer from place to place.
  const fold = (grip, row) => {
    for (const other of own()) other.dataset.about = other.querySelector("textarea, input.line")?.value.slice(0, 90) ?? "";
    const missing = steadily(grip, () => {
      list.classList.add("is-sorted");
      row.classList.add("is-dragged");
    });
    if (missing < 0) rows.style.paddingTop = `${-missing}px`; // the page is too short to scroll that far
  };
  const unfold = (grip, row) => steadily(grip, () => {
    list.classList.remove("is-sorted");
    row.classList.remove("is-dragged");
    rows.style.paddingTop = "";
  });

  rows.addEventListener("pointerdown", (event) => {
    if (!event.target.matches("[data-grip]") || event.button) return;
    const row = event.target.closest("[data-row]");
    const grip = event.target;
    event.preventDefault();
    fold(grip, row);
    grip.setPointerCapture(event.pointerId);
    const drag = (moved) => {
      if (moved.clientY < EDGE) window.scrollBy({ top: -EDGE / 4, behavior: "instant" });
      if (moved.clientY > innerHeight - EDGE) window.scrollBy({ top: EDGE / 4, behavior: "instant" });
      const isBelow = (other) => {
        const box = other.getBoundingClientRect();
        return box.top + box.height / 2 > moved.clientY;
      };
      const next = own().find((other) => other !== row && isBelow(other)) ?? null;
      if (next === row.nextElementSibling) return;
      rows.insertBefore(row, next);
      if (!grip.hasPointerCapture(event.pointerId)) grip.setPointerCapture(event.pointerId);
    };
    const drop = () => {
      grip.removeEventListener("pointermove", drag);
      grip.removeEventListener("pointerup", drop);
      grip.removeEventListener("pointercancel", drop);
      unfold(grip, row);
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

  // A text that was put back brings the order of its rows and their codes.
  form.addEventListener("put-back", () => {
    const place = (row) => Number(row.querySelector("input[name$='-ORDER']").value) || own().length;
    rows.append(...own().sort((one, other) => place(one) - place(other)));
    for (const row of own()) {
      const code = row.querySelector("input[type=hidden][name$='-code']");
      if (code) row.querySelector("h3").textContent = code.value || `New ${called}`;
    }
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
