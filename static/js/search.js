// "/" and Ctrl-K (on a Mac Command-K) lead to the search field of the page; without this script Tab does.

const field = document.querySelector("[data-search]");
const typing = (element) => element.isContentEditable || /^(input|textarea|select)$/i.test(element.tagName);

document.addEventListener("keydown", (event) => {
  const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target);
  const controlK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (!(slash || controlK) || event.defaultPrevented || (controlK && event.target !== field && typing(event.target))) return;
  event.preventDefault();
  field.focus();
  field.select();
});
