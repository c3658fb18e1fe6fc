import { fill, h } from "../lib/dom.js";
import { duration, number, share, shortDay } from "../lib/format.js";
import { historyChart } from "../parts/historyChart.js";
import { plainTable } from "../parts/plainTable.js";
import { empty, heading } from "../parts/state.js";

const columns = ["Day", "Created", "Completed", "Failed", "Cancelled", "Success", "Inserted", "Duplicates", "Calls", "429s", "Wait", "Duration", "95 %"];

export function show({ main, signal }) {
  const place = h("div");
  const table = plainTable("Figures by day, newest first", columns, row);
  const charts = historyChart(signal, (days) => (days.length > 0 ? table.show(place, days)
    : fill(place, empty("No figures yet", "They are counted from the first job on."))));
  fill(main, heading("History", { lead: "Days in UTC. Members, calls and times are those of the jobs that ended on the day." }), h("div", { class: "stack" }, charts, place));
  return "History";
}

const row = (day) => [
  shortDay(new Date(`${day.date}T12:00:00`)), number(day.jobsCreated), number(day.jobsCompleted), number(day.jobsFailed), number(day.jobsCancelled), share(day.successRate),
  number(day.membersInserted), number(day.membersDuplicates), number(day.apiCalls), number(day.rateLimited),
  duration(day.queueWaitSeconds), duration(day.jobSecondsAverage), duration(day.jobSecondsP95),
];
