// Builds elements. Whatever is given as a child becomes a node or text: nothing is ever read as HTML.

const svgNames = new Set(["svg", "path", "circle", "rect", "line"]);

/**
 * h("button", { class: "quiet", onclick: save, disabled: false }, "Save")
 * A property that begins with "on" is a listener, false, null and undefined leave an attribute out, true gives it without a value.
 */
export function h(tag, properties, ...children) {
  const element = svgNames.has(tag) ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else setAttribute(element, name, value);
  }
  append(element, children);
  return element;
}

export function setAttribute(element, name, value) {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/** Puts other children in place of those that are there. */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/** Changes text only when it is another one, so that a page that shows the same again costs no layout. */
export function setText(element, text) {
  const next = text === null || text === undefined ? "" : String(text);
  if (element.textContent !== next) element.textContent = next;
}

/** A width from 0 to 1, through the style object, which a strict Content-Security-Policy lets pass. */
export function setShare(element, share) {
  element.style.setProperty("--share", String(Math.max(0, Math.min(1, share || 0))));
}

let lastId = 0;

/** An id for elements that refer to each other. */
export const newId = (what) => `${what}-${++lastId}`;

const icons = {
  sun: "M12 4V2m0 20v-2m8-8h2M2 12h2m13.7-5.7 1.4-1.4M4.9 19.1l1.4-1.4m0-11.4L4.9 4.9m14.2 14.2-1.4-1.4M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10Z",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z",
  auto: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 0v18",
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "m6 6 12 12M18 6 6 18",
  plus: "M12 5v14M5 12h14",
  pause: "M9 6v12M15 6v12",
  play: "M8 5.5v13l10.5-6.5z",
  retry: "M20 11a8 8 0 1 0-2.3 6.3M20 5v6h-6",
  download: "M12 4v11m-5-5 5 5 5-5M5 20h14",
  external: "M14 5h5v5M19 5l-8 8M18 14v5H5V6h5",
};

export const icon = (name) => h("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" }, h("path", { d: icons[name] }));
