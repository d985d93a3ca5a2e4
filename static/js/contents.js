// Marks in the contents which section is being read: the one that crosses a line in the upper part of the window.

const links = new Map([...document.querySelectorAll(".contents a")].map((link) => [link.hash.slice(1), link]));
const list = document.querySelector(".contents");
let current = null;

function mark(link) {
  if (link === current || !link) return;
  current?.removeAttribute("aria-current");
  link.setAttribute("aria-current", "location");
  current = link;
  // A list longer than the window follows, without moving the page.
  const [inside, around] = [link.getBoundingClientRect(), list.getBoundingClientRect()];
  if (inside.bottom > around.bottom) list.scrollTop += inside.bottom - around.bottom;
  if (inside.top < around.top) list.scrollTop -= around.top - inside.top;
}

const watch = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) mark(links.get(entry.target.id));
}, { rootMargin: "-20% 0px -79% 0px" });

for (const id of links.keys()) {
  const section = document.getElementById(id);
  if (section) watch.observe(section);
}

// The last section may be too short to reach the line.
new IntersectionObserver(([entry]) => { if (entry.isIntersecting) mark([...links.values()].at(-1)); }, { threshold: 0.9 })
  .observe(document.querySelector(".site-foot"));
