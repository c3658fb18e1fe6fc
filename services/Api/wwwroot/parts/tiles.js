// Jobs by state, and for operators queues and workers, as large numbers that lead to their lists.
import { h, setText } from "../lib/dom.js";
import { ago, number, plural } from "../lib/format.js";
import { link } from "../lib/router.js";
import { session } from "../lib/session.js";
import { jobStatuses, statusWord } from "./status.js";

export function tiles() {
  const states = new Map(jobStatuses.map((status) => [status, tile(statusWord(status), link("/jobs", { status }), status)]));
  const workers = tile("Workers", link("/workers"));
  const queues = tile("In queues", link("/queues"));
  const element = h("section", { class: session.isOperator ? "tiles eight" : "tiles", "aria-label": "Jobs by state" }, [...states.values()].map((one) => one.element));
  if (session.isOperator) element.append(workers.element, queues.element);

  return {
    element,
    show({ summary, workers: all, queues: items }) {
      for (const [status, one] of states) one.show(summary[status]);
      states.get("pending").note(summary.oldestPendingAt ? `the oldest since ${ago(summary.oldestPendingAt)}` : "");
      states.get("failed").note(summary.failedLastDay > 0 ? `${number(summary.failedLastDay)} in 24 hours` : "");
      if (all) showWorkers(workers, all);
      if (items) showQueues(queues, items);
    },
  };
}

function showWorkers(tile, workers) {
  const active = workers.filter((worker) => worker.status === "active");
  tile.show(active.length);
  tile.note(plural(active.reduce((sum, worker) => sum + worker.inFlight, 0), "message in hand", "messages in hand"));
}

function showQueues(tile, queues) {
  const work = queues.filter((queue) => queue.kind === "work");
  tile.show(work.reduce((sum, queue) => sum + queue.ready, 0));
  const oldest = work.filter((queue) => queue.ready > 0).map((queue) => queue.oldestAt).filter(Boolean).sort()[0];
  tile.note(oldest ? `the oldest ${ago(oldest)}` : "");
}

function tile(name, href, status = null) {
  const value = h("span", { class: "big-number" }, "–");
  const note = h("span", { class: "hint" });
  const element = h("a", { href, class: "tile", "data-status": status }, h("span", { class: "tile-name" }, name), value, note);
  return { element, show: (count) => { setText(value, number(count)); element.classList.toggle("none", !(count > 0)); }, note: (text) => setText(note, text) };
}
