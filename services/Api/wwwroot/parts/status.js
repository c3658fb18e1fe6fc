// How the state of a thing is named and marked. The word says it; the colour only repeats it.
import { h, setAttribute, setText } from "../lib/dom.js";

const words = {
  pending: "Waiting", processing: "Running", paused: "Paused", completed: "Completed", failed: "Failed", cancelled: "Cancelled",
  active: "Active", stale: "Stale", stopped: "Stopped",
};

export const statusWord = (status) => words[status] ?? status;
export const jobStatuses = ["pending", "processing", "paused", "completed", "failed", "cancelled"];

export function status(initial) {
  const element = h("span", { class: "status" });
  const update = (next) => {
    setAttribute(element, "data-status", next);
    setText(element, statusWord(next));
  };
  update(initial);
  return { element, update };
}
