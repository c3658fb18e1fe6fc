// Short messages at the edge of the page, which screen readers read out.
import { h, icon } from "./dom.js";

const shown = 8_000;

export const say = (text) => show(text, "good");
export const complain = (error) => show(error.message ?? String(error), "bad");

function show(text, kind) {
  const close = () => message.remove();
  const message = h("div", { class: `message ${kind}` }, h("p", null, text),
    h("button", { type: "button", class: "bare", "aria-label": "Close this message", onclick: close }, icon("close")));
  document.getElementById("messages").append(message);
  setTimeout(close, shown);
}
