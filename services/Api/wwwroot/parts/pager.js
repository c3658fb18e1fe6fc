// Through a list that is read by keyset: forward as far as it goes, back to where it began.
import { fill, h } from "../lib/dom.js";
import { link } from "../lib/router.js";

/** @param query the address's parameters, which name the page by `before` or `after` */
export function pager(path, query, parameter) {
  const element = h("nav", { class: "pager", "aria-label": "Pages" });
  const rest = Object.fromEntries([...query].filter(([name]) => name !== parameter));
  return {
    element,
    show(next) {
      const isFirst = !query.has(parameter);
      element.hidden = isFirst && next === null;
      fill(element, !isFirst && h("a", { href: link(path, rest), class: "button" }, "To the beginning"),
        next !== null && h("a", { href: link(path, { ...rest, [parameter]: next }), class: "button", rel: "next" }, "Next page"));
    },
  };
}
