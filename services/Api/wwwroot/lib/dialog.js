// Dialogs, on the browser's own <dialog>: it keeps the focus, closes with Escape and gives the focus back.
import { fill, h, icon, newId } from "./dom.js";

/** @param build gets a function that closes the dialog, and returns its content */
export function openDialog(title, build) {
  const id = newId("title");
  const close = () => dialog.close();
  const dialog = h("dialog", { "aria-labelledby": id, onclose: () => dialog.remove() },
    h("header", { class: "dialog-head" }, h("h2", { id }, title),
      h("button", { type: "button", class: "bare", "aria-label": "Close", onclick: close }, icon("close"))));
  dialog.append(h("div", { class: "dialog-body" }, build(close)));
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector("[data-first]")?.focus();
  return dialog;
}

/** Asks before something that cannot be undone, and stays open with the reason when it fails. */
export function confirm({ title, text, action, dangerous = true, run }) {
  openDialog(title, (close) => {
    const problem = h("p", { class: "problem", role: "alert", hidden: true });
    const button = h("button", { type: "button", class: dangerous ? "danger" : "primary", onclick: act }, action);
    async function act() {
      button.disabled = true;
      try {
        await run();
        close();
      } catch (e) {
        problem.hidden = false;
        fill(problem, e.message);
        button.disabled = false;
      }
    }
    return [h("p", null, text), problem, h("div", { class: "buttons end" },
      h("button", { type: "button", "data-first": true, onclick: close }, "Go back"), button)];
  });
}
