// All jobs: filters in the address, keyset paging, actions on one and on all that match.
import { fill, h, setAttribute, setText } from "../lib/dom.js";
import { address, get } from "../lib/api.js";
import { number } from "../lib/format.js";
import { jobs } from "../lib/jobs.js";
import { repeat } from "../lib/repeat.js";
import { go, link } from "../lib/router.js";
import { bulkButton } from "../parts/bulk.js";
import { jobTable } from "../parts/jobTable.js";
import { createList } from "../parts/newList.js";
import { pager } from "../parts/pager.js";
import { empty, failure, heading, loading } from "../parts/state.js";
import { jobStatuses, statusWord } from "../parts/status.js";

const every = 5_000;
const settling = 700; // many jobs may move at once
const limit = 50;

export function show({ main, query, signal }) {
  const filter = { status: query.get("status"), connectionId: query.get("connection"), audienceId: query.get("audience") };
  const place = h("div", null, loading());
  const table = jobTable("Jobs, newest first", signal);
  const pages = pager("/jobs", query, "before");
  const tabs = statusTabs(query);
  fill(main, heading("Jobs", { buttons: [bulkButton(filter)] }),
    h("div", { class: "filters" }, tabs.element, connectionFilter(query, signal)), place, pages.element);

  const read = repeat(every, signal, async () => {
    const askedAt = performance.now();
    try {
      const [list, summary] = await Promise.all([
        get(address("/api/jobs", { ...filter, before: query.get("before"), limit }), { signal }), get("/api/jobs/summary", { signal })]);
      if (signal.aborted) return;
      const items = jobs.take(list.items, askedAt);
      table.show(items);
      tabs.show(summary);
      pages.show(list.next);
      if (items.length === 0) fill(place, nothing(query));
      else if (!table.element.isConnected) fill(place, table.element); // only then: it would lose the focus
    } catch (e) {
      if (e.name !== "AbortError") fill(place, failure(e));
    }
  });

  // A job that has come, gone or changed its state may belong into the list or out of it.
  const states = new Map();
  signal.addEventListener("abort", jobs.listen((changed) => {
    const moved = [...changed].some((id) => states.get(id) !== jobs.find(id)?.status);
    for (const id of changed) states.set(id, jobs.find(id)?.status);
    if (moved && !query.has("before")) soon();
  }));
  let timer = 0;
  function soon() {
    timer ||= setTimeout(() => {
      timer = 0;
      read();
    }, settling);
  }
  return "Jobs";
}

function statusTabs(query) {
  const rest = Object.fromEntries([...query].filter(([name]) => name === "connection" || name === "audience"));
  const counts = new Map();
  const tab = (status, word) => {
    const count = h("span", { class: "count" });
    counts.set(status, count);
    return h("a", { href: link("/jobs", { ...rest, status }), "aria-current": (query.get("status") ?? null) === status ? "true" : null }, word, " ", count);
  };
  const element = h("nav", { class: "segments", "aria-label": "Jobs by state" }, tab(null, "All"), jobStatuses.map((status) => tab(status, statusWord(status))));
  return {
    element,
    show(summary) {
      // Counted over all connections: beside a filter by connection they would mislead.
      if (Object.keys(rest).length > 0) return;
      for (const status of jobStatuses) setText(counts.get(status), summary[status] > 0 ? number(summary[status]) : "");
    },
  };
}

function connectionFilter(query, signal) {
  const select = h("select", { "aria-label": "Company", hidden: true, onchange: () => go("/jobs", { status: query.get("status"), connection: select.value }) },
    h("option", { value: "" }, "All companies"));
  get("/api/connections?limit=200", { signal }).then(({ items }) => {
    for (const one of items) select.append(h("option", { value: one.id }, one.label));
    select.value = query.get("connection") ?? "";
    setAttribute(select, "hidden", items.length < 2 && !query.has("connection"));
  }, () => null); // the list itself says what is wrong
  return select;
}

function nothing(query) {
  if (query.has("before")) return empty("No more jobs", "This was the last page.");
  if ([...query.keys()].length > 0) return empty("No job matches", "Choose another state or company, or look at all of them.", h("a", { href: link("/jobs"), class: "button" }, "All jobs"));
  return empty("No jobs yet", "Each batch list is filled by a job. Create a list, and its job appears here.",
    h("button", { type: "button", class: "primary", onclick: () => createList() }, "Create batch list"));
}
