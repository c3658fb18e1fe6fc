import { fill, h, setText } from "../lib/dom.js";
import { get } from "../lib/api.js";
import { ago, number } from "../lib/format.js";
import { repeat } from "../lib/repeat.js";
import { link } from "../lib/router.js";
import { plainTable } from "../parts/plainTable.js";
import { failure, heading, loading } from "../parts/state.js";

const every = 3_000;
const columns = ["Queue", "Ready", "In hand", "Consumers", "Oldest", "In per second", "Out per second", "Done per second"];
const kinds = [["work", "Work", "What the services take from."], ["delay", "Delayed", "Messages that wait for their next try."],
  ["error", "Dead letters", "Messages that could not be handled."], ["skipped", "Skipped", "Messages that nobody wanted."]];

export function show({ main, signal }) {
  const problem = h("div", null, loading());
  const detail = h("p", { class: "notice", hidden: true });
  const sections = kinds.map(([kind, title, lead]) => {
    const place = h("div");
    return { kind, place, table: plainTable(title, columns, row), element: h("section", { class: "card", hidden: true }, h("h2", null, title), h("p", { class: "hint" }, lead), place) };
  });
  fill(main, heading("Queues", { lead: "RabbitMQ’s queues. In good order, little waits for long." }), problem, h("div", { class: "stack" }, detail, sections.map((one) => one.element)));
  repeat(every, signal, async () => {
    try {
      const { items, detail: why } = await get("/api/queues", { signal });
      fill(problem);
      detail.hidden = why === null;
      setText(detail, why);
      for (const section of sections) {
        const ours = items.filter((queue) => queue.kind === section.kind);
        section.element.hidden = ours.length === 0;
        section.table.show(section.place, ours, ours.some((queue) => queue.oldestAt) ? Date.now() : 0);
      }
    } catch (e) {
      if (e.name !== "AbortError") fill(problem, failure(e));
    }
  });
  return "Queues";
}

const row = (queue) => [
  queue.kind === "error" && queue.ready > 0 ? h("a", { href: link("/dead-letters") }, queue.name) : queue.name,
  number(queue.ready), number(queue.unacknowledged), number(queue.consumers), queue.oldestAt ? ago(queue.oldestAt) : "–",
  rate(queue.publishRate), rate(queue.deliverRate), rate(queue.acknowledgeRate),
];

const rate = (value) => (value === null ? "–" : number(value));
