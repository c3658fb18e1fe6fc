import { fill, h } from "../lib/dom.js";
import { get } from "../lib/api.js";
import { ago, bytes, number, share } from "../lib/format.js";
import { repeat } from "../lib/repeat.js";
import { plainTable } from "../parts/plainTable.js";
import { empty, failure, heading, loading } from "../parts/state.js";
import { status } from "../parts/status.js";

const every = 3_000;
const columns = ["Worker", "State", "Heartbeat", "Does now", "Done", "Failed", "Memory", "Processor", "Started"];

export function show({ main, signal }) {
  const place = h("div", null, loading());
  const table = plainTable("Workers", columns, row);
  fill(main, heading("Workers", { lead: "Each process tells every few seconds that it is there. One that stops telling becomes stale; its messages go to others." }), place);
  repeat(every, signal, async () => {
    try {
      const { items } = await get("/api/workers", { signal });
      if (items.length > 0) table.show(place, items, Date.now());
      else fill(place, empty("No workers", "Start Fetcher and Ingest: ./batchbus up does it on this machine."));
    } catch (e) {
      if (e.name !== "AbortError") fill(place, failure(e));
    }
  });
  return "Workers";
}

const names = { fetcher: "Fetcher", ingest: "Ingest" };

const row = (worker) => [
  [h("span", { class: "name" }, names[worker.service] ?? worker.service), h("span", { class: "hint" }, `${worker.host} · ${worker.version}`)],
  status(worker.status).element,
  ago(worker.lastHeartbeat),
  worker.status === "active" ? `${number(worker.inFlight)} of ${number(worker.slots)} messages` : "–",
  number(worker.processed),
  number(worker.failed),
  bytes(worker.memoryBytes),
  share(worker.processorUse),
  ago(worker.startedAt),
];
