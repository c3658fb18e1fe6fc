// A table that is filled anew when its data are others; on a narrow page each row becomes a block with named lines.
import { fill, h } from "../lib/dom.js";

// The frame takes the focus, so that a keyboard can move what is wider than it.
/** @param row makes the cells of an item, the first being its name */
export function plainTable(caption, columns, row, kind = null) {
  const body = h("tbody");
  const element = h("div", { class: "scroll", role: "region", "aria-label": caption, tabindex: 0 }, h("table", { class: kind }, h("caption", { class: "unseen" }, caption),
    h("thead", null, h("tr", null, columns.map((name) => h("th", { scope: "col" }, name)))), body));
  let shown = null;

  return {
    element,
    /** Shows the items in a place; the same ones again change nothing, so that the focus stays, unless what is made of them changes with time. */
    show(place, items, time = 0) {
      const text = `${time} ${JSON.stringify(items)}`;
      if (text !== shown) fill(body, items.map((item) => h("tr", null, row(item).map((cell, i) =>
        i === 0 ? h("th", { scope: "row" }, cell) : h("td", { "data-label": columns[i] }, cell)))));
      shown = text;
      if (!element.isConnected) fill(place, element);
    },
  };
}
