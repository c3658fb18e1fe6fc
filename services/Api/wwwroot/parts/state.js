// What a page shows while it has nothing else to show.
import { h } from "../lib/dom.js";

export const loading = () => h("p", { class: "loading" }, "Reading…");

export const failure = (error) => h("div", { class: "notice bad", role: "alert" }, h("p", null, error.message));

/** Says that there is nothing, and what to do. */
export const empty = (title, text, ...buttons) =>
  h("div", { class: "empty" }, h("h2", null, title), h("p", null, text), buttons.length > 0 && h("div", { class: "buttons" }, buttons));

export const heading = (title, { lead = null, buttons = [] } = {}) =>
  h("header", { class: "page-head" }, h("div", null, h("h1", { tabindex: -1 }, title), lead && h("p", { class: "lead" }, lead)),
    buttons.length > 0 && h("div", { class: "buttons" }, buttons));
