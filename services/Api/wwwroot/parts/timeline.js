// The states of a job with their durations, as far as its times tell them.
import { fill, h, setAttribute, setShare } from "../lib/dom.js";
import { duration, time } from "../lib/format.js";
import { isActive } from "../lib/jobs.js";
import { statusWord } from "./status.js";

export function timeline(job, signal) {
  const element = h("ol", { class: "timeline" });
  let latest = job;

  function draw() {
    const spans = spansOf(latest, Date.now());
    const whole = spans.reduce((sum, span) => sum + span.seconds, 0) || 1;
    fill(element, spans.map((span) => {
      const bar = h("div", { class: "bar" }, h("span", { class: "bar-fill" }));
      setShare(bar, span.seconds / whole);
      setAttribute(bar, "data-status", span.status);
      return h("li", null, h("p", null, h("span", null, statusWord(span.status)), h("strong", null, span.isPoint ? "" : duration(span.seconds))),
        !span.isPoint && bar, h("span", { class: "hint" }, `${span.isPoint ? "" : "from "}${time(span.from)}`));
    }));
  }

  const tick = setInterval(() => isActive(latest) && !document.hidden && draw(), 1_000);
  signal.addEventListener("abort", () => clearInterval(tick));
  return {
    element,
    update(job) {
      latest = job;
      draw();
    },
  };
}

function spansOf(job, now) {
  const end = job.completedAt ? Date.parse(job.completedAt) : now;
  const spans = [];
  const add = (status, from, to) => spans.push({ status, from, seconds: Math.max(0, (to - Date.parse(from)) / 1000), isPoint: false });
  add("pending", job.createdAt, job.startedAt ? Date.parse(job.startedAt) : end);
  if (job.startedAt) add("processing", job.startedAt, end);
  if (job.status !== "processing" && job.status !== "pending") spans.push({ status: job.status, from: job.completedAt ?? null, seconds: 0, isPoint: true });
  return spans;
}
