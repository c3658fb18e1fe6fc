// The first page: what is wrong, how much there is, how fast it goes, what runs.
import { fill, h } from "../lib/dom.js";
import { chart } from "../lib/chart.js";
import { number } from "../lib/format.js";
import { jobs } from "../lib/jobs.js";
import { meter } from "../lib/meter.js";
import { repeat } from "../lib/repeat.js";
import { link } from "../lib/router.js";
import { session } from "../lib/session.js";
import { historyChart } from "../parts/historyChart.js";
import { createList } from "../parts/newList.js";
import { findProblems, problemList } from "../parts/problems.js";
import { empty, heading, loading } from "../parts/state.js";
import { tiles } from "../parts/tiles.js";
import { jobTable } from "../parts/jobTable.js";

const every = 4_000;
const mostRunning = 8;

export function show({ main, signal }) {
  const problems = problemList();
  const counts = tiles();
  const speed = chart({ label: "Members a second, the last five minutes", series: [{ label: "Members a second", color: "--accent" }], signal });
  const now = h("p", { class: "big-number" }, "0");
  const running = h("section", { class: "card" }, loading());
  const content = h("div", { class: "stack", hidden: true },
    problems.element, counts.element,
    h("section", { class: "card speed" }, h("div", null, h("h2", null, "Members a second"), now, h("p", { class: "hint" }, "All lists together, averaged over five seconds.")), speed.element),
    running, session.isOperator && historyChart(signal));
  const first = h("div", null, loading());
  fill(main, heading("Overview", { lead: session.isOperator ? "Everybody’s lists, and what works on them." : "Your batch lists as they are now." }), first, content);

  showRunning(running, signal);
  const tick = setInterval(() => showSpeed(speed, now), 1_000);
  signal.addEventListener("abort", () => clearInterval(tick));
  showSpeed(speed, now);
  repeat(every, signal, async () => {
    const found = await findProblems(signal);
    if (signal.aborted) return;
    problems.show(found);
    if (!found.summary) {
      if (content.hidden) fill(first);
      content.hidden = false;
      return;
    }
    counts.show(found);
    const isNew = total(found.summary) === 0 && found.problems.length === 0;
    content.hidden = isNew;
    fill(first, isNew && empty("No lists yet", "A batch list holds every member of one of your companies on Whop, each e-mail once. Create the first one, and watch it fill.",
      h("button", { type: "button", class: "primary", onclick: () => createList() }, "Create batch list")));
  });
  return "Overview";
}

const total = (summary) => summary.pending + summary.processing + summary.paused + summary.completed + summary.failed + summary.cancelled;

function showSpeed(speed, now) {
  if (document.hidden) return;
  const rate = Math.round(meter.now());
  now.textContent = number(rate);
  speed.show(meter.history(), `now ${number(rate)}`);
}

/** The lists that move, those that have waited longest first. */
function showRunning(place, signal) {
  const table = jobTable("Lists that are active", signal);
  const none = h("p", { class: "hint" }, "Nothing runs. A new list starts within a second.");
  fill(place, h("div", { class: "card-head" }, h("h2", null, "Active lists"), h("a", { href: link("/jobs") }, "All jobs")), none, table.element);
  let shown = "";
  function update() {
    const active = jobs.active().sort((a, b) => order(a) - order(b) || a.createdAt.localeCompare(b.createdAt)).slice(0, mostRunning);
    const ids = active.map((job) => job.id).join();
    none.hidden = active.length > 0;
    table.element.hidden = active.length === 0;
    if (ids !== shown) table.show(active);
    shown = ids;
  }
  signal.addEventListener("abort", jobs.listen(update));
  update();
}

const order = (job) => ["processing", "paused", "pending"].indexOf(job.status);
