// What can be operated on a page, how each part looks, and what has the focus. Read by accessibility.py.
const WANTED = "a[href], button, input, select, textarea, summary, [tabindex='0']";
const LOOKS = ["outlineStyle", "outlineWidth", "boxShadow", "borderColor", "backgroundColor", "color",
  "textDecorationLine", "textDecorationThickness"];
const around = (element) => [element, element.parentElement, element.parentElement?.parentElement]
  .filter(Boolean);
const look = (element) => JSON.stringify(around(element).map((each) => {
  const style = getComputedStyle(each);
  return LOOKS.map((name) => style[name]);
}));
const name = (element) => `<${element.tagName.toLowerCase()}> ` +
  `"${(element.innerText || element.getAttribute("aria-label") || element.href || "").trim().replace(/\s+/g, " ").slice(0, 40)}"`;
window.controls = {
  // Return the names of all controls that can be seen, and note how each looks without the focus.
  collect() {
    document.activeElement?.blur();
    const style = document.createElement("style");
    style.textContent = "* { transition: none !important; scroll-behavior: auto !important }";
    document.head.append(style);
    this.all = [...document.querySelectorAll(WANTED)]
      .filter((element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
      .filter((element) => element.getClientRects().length && !element.disabled);
    this.looks = new Map(this.all.map((element) => [element, look(element)]));
    return this.all.map(name);
  },
  // Return what has the focus: its place among the controls, whether that shows, and what covers it.
  focused() {
    const element = document.activeElement;
    if (!element || element === document.body || element === document.documentElement) return null;
    const box = element.getClientRects()[0] ?? new DOMRect();
    const middle = (start, size, screen) => (Math.max(start, 0) + Math.min(start + size, screen)) / 2;
    const [x, y] = [middle(box.x, box.width, innerWidth), middle(box.y, box.height, innerHeight)];
    const top = document.elementFromPoint(x, y);
    const covered = !top || !(top.contains(element) || element.contains(top));
    return {
      place: this.all.indexOf(element),
      name: name(element),
      shows: look(element) !== this.looks.get(element),
      covered: covered ? (top ? name(top) : "the edge of the screen") : null,
    };
  },
};
