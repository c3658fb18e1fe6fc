// The states of a job with their durations.
import { fill, h, setAttribute, setShare } from "../lib/dom.js";
import { get } from "../lib/api.js";
import { duration, time } from "../lib/format.js";
import { isActive } from "../lib/jobs.js";
import { statusWord } from "./status.js";

export function timeline(job, signal) {
  const element = h("ol", { class: "timeline" });
  let latest = job;
  let states = [];
  let read = null; // the state and attempt that were read

  function draw() {
    const spans = spansOf(states, latest, Date.now());
    const whole = spans.reduce((sum, span) => sum + span.seconds, 0) || 1;
    fill(element, spans.map((span) => h("li", null,
      h("p", null, h("span", null, statusWord(span.status)), h("strong", null, span.isEnd ? "" : duration(span.seconds))),
      !span.isEnd && bar(span, span.seconds / whole), h("span", { class: "hint" }, `${span.isEnd ? "" : "from "}${time(span.from)}`))));
  }

  async function update(job) {
    latest = job;
    const now = `${job.status} ${job.attempt}`;
    if (read === now) return;
    read = now;
    try {
      states = (await get(`/api/jobs/${job.id}/history`, { signal })).items;
      draw();
    } catch (e) {
      read = null; // the next event tries again
      if (e.name !== "AbortError") fill(element, h("li", { class: "hint" }, e.message));
    }
  }

  const tick = setInterval(() => isActive(latest) && !document.hidden && states.length > 0 && draw(), 1_000);
  signal.addEventListener("abort", () => clearInterval(tick));
  return { element, update };
}

function bar(span, share) {
  const element = h("div", { class: "bar" }, h("span", { class: "bar-fill" }));
  setShare(element, share);
  setAttribute(element, "data-status", span.status);
  return element;
}

/** A state lasts until the next one; an end is a moment. */
function spansOf(states, job, now) {
  return states.map((state, i) => {
    const next = states[i + 1];
    const isEnd = !next && !isActive(job);
    const to = next ? Date.parse(next.at) : now;
    return { status: state.status, from: state.at, isEnd, seconds: isEnd ? 0 : Math.max(0, (to - Date.parse(state.at)) / 1000) };
  });
}
