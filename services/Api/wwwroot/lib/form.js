// Forms whose errors stand beside their fields, where the API has said which they are about.
import { fill, h, newId, setAttribute } from "./dom.js";

/** A labelled control with room for a hint and an error. */
export function field(label, control, hint = null) {
  const id = newId("field");
  const [hintId, errorId] = [`${id}-hint`, `${id}-error`];
  control.id = id;
  setAttribute(control, "aria-describedby", `${hint ? `${hintId} ` : ""}${errorId}`);
  const error = h("p", { class: "field-error", id: errorId });
  const element = h("div", { class: "field" }, h("label", { for: id }, label), control, hint && h("p", { class: "hint", id: hintId }, hint), error);
  return {
    element, control,
    complain(sentence) {
      fill(error, sentence ?? "");
      setAttribute(control, "aria-invalid", sentence ? "true" : null);
    },
  };
}

/** A form; `submit` may throw an ApiError, which is shown where it belongs. */
export function form(fields, { content, action, submit, cancel }) {
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const button = h("button", { type: "submit", class: "primary" }, action);
  const element = h("form", { novalidate: true, onsubmit: send }, content, problem,
    h("div", { class: "buttons end" }, cancel && h("button", { type: "button", onclick: cancel }, "Cancel"), button));

  async function send(event) {
    event.preventDefault();
    show({}, "");
    button.disabled = true;
    try {
      await submit();
    } catch (e) {
      show(e.errors ?? {}, e.message);
    } finally {
      button.disabled = false;
    }
  }

  function show(errors, message) {
    const rest = Object.entries(errors).filter(([name]) => !fields[name]).flatMap(([, sentences]) => sentences);
    for (const [name, one] of Object.entries(fields)) one.complain(errors[name]?.[0]);
    const text = Object.keys(errors).length === 0 ? message : rest.join(" ");
    problem.hidden = text === "";
    fill(problem, text);
    Object.entries(fields).find(([name]) => errors[name])?.[1].control.focus();
  }

  return element;
}
