import { fill, h } from "../lib/dom.js";
import { address, get } from "../lib/api.js";
import { number, time } from "../lib/format.js";
import { repeat } from "../lib/repeat.js";
import { link } from "../lib/router.js";
import { createList } from "../parts/newList.js";
import { pager } from "../parts/pager.js";
import { plainTable } from "../parts/plainTable.js";
import { empty, failure, heading, loading } from "../parts/state.js";
import { status } from "../parts/status.js";

const every = 10_000;

export function show({ main, query, signal }) {
  const place = h("div", null, loading());
  const pages = pager("/audiences", query, "before");
  const table = plainTable("Audiences, newest first", ["Name", "Members", "Latest job", "Created"], row);
  fill(main, heading("Audiences", { lead: "What your lists have collected: each e-mail once." }), place, pages.element);
  repeat(every, signal, async () => {
    try {
      const list = await get(address("/api/audiences", { before: query.get("before"), limit: 50 }), { signal });
      pages.show(list.next);
      if (list.items.length > 0) table.show(place, list.items);
      else fill(place, empty("No audiences yet", "A batch list makes one and fills it.", h("button", { type: "button", class: "primary", onclick: () => createList() }, "Create batch list")));
    } catch (e) {
      if (e.name !== "AbortError") fill(place, failure(e));
    }
  });
  return "Audiences";
}

const row = (audience) => [
  h("a", { href: link(`/audiences/${audience.id}`), class: "name" }, audience.name),
  number(audience.members),
  audience.latestJob ? h("a", { href: link(`/jobs/${audience.latestJob.id}`) }, status(audience.latestJob.status).element) : "–",
  time(audience.createdAt),
];
