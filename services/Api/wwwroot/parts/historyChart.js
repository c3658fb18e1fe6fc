// The figures of the last days, drawn.
import { fill, h, setAttribute } from "../lib/dom.js";
import { get } from "../lib/api.js";
import { chart } from "../lib/chart.js";
import { plural } from "../lib/format.js";
import { failure } from "./state.js";

const spans = [7, 30, 90];
const day = 86_400_000;

/** A card with two charts, for 7, 30 or 90 days. `onDays` gets the days that were read, newest first. */
export function historyChart(signal, onDays = () => {}) {
  const members = chart({ label: "Members inserted by day", kind: "bars", dates: true, series: [{ label: "Members inserted", color: "--accent" }], signal });
  const done = chart({
    label: "Jobs ended by day", kind: "bars", dates: true, signal,
    // The taller bar stands behind the shorter one, so failed ones stand on top of the completed.
    series: [{ label: "Failed", color: "--bad", read: (at) => failures[at] }, { label: "Completed", color: "--good" }],
  });
  let failures = [];
  const problem = h("div");
  const buttons = spans.map((days) => h("button", { type: "button", "aria-pressed": "false", onclick: () => read(days) }, `${days} days`));

  async function read(days) {
    buttons.forEach((button, i) => setAttribute(button, "aria-pressed", String(spans[i] === days)));
    try {
      const found = await get(`/api/stats?days=${days}`, { signal });
      fill(problem);
      draw(days, found);
      onDays(found, days);
    } catch (e) {
      if (e.name !== "AbortError") fill(problem, failure(e));
    }
  }

  function draw(days, found) {
    const byDate = new Map(found.map((one) => [one.date, one]));
    const today = Math.floor(Date.now() / day) * day;
    const times = Array.from({ length: days }, (_, i) => today - (days - 1 - i) * day);
    const of = (name) => times.map((time) => byDate.get(new Date(time).toISOString().slice(0, 10))?.[name] ?? 0);
    const [inserted, completed, failed] = [of("membersInserted"), of("jobsCompleted"), of("jobsFailed")];
    const x = times.map((time) => time / 1000);
    members.show([x, inserted], `${plural(sum(inserted), "member", "members")} in ${days} days`);
    done.show([x, completed.map((count, i) => count + failed[i]), completed], `${sum(completed)} completed and ${sum(failed)} failed in ${days} days`);
    failures = failed;
  }

  read(spans[0]);
  return h("section", { class: "card" },
    h("div", { class: "card-head" }, h("h2", null, "By day"), h("div", { class: "segments", role: "group", "aria-label": "How far back" }, buttons)),
    problem, h("div", { class: "pair" }, part("Members inserted", members), part("Jobs ended", done, done.legend)));
}

const part = (title, chart, legend = null) => h("div", null, h("div", { class: "chart-head" }, h("h3", null, title), legend), chart.element);

const sum = (values) => values.reduce((a, b) => a + b, 0);
