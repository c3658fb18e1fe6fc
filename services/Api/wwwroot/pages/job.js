// One job: how far it is, where its time went, what became of its members, what went wrong.
import { fill, h, setText } from "../lib/dom.js";
import { get } from "../lib/api.js";
import { duration, number } from "../lib/format.js";
import { isActive, jobs } from "../lib/jobs.js";
import { link } from "../lib/router.js";
import { budget } from "../parts/budget.js";
import { facts } from "../parts/jobFacts.js";
import { funnel } from "../parts/funnel.js";
import { progress, timeLeft } from "../parts/progress.js";
import { empty, failure, heading, loading } from "../parts/state.js";
import { status } from "../parts/status.js";
import { timeline } from "../parts/timeline.js";
import { verbButtons } from "../parts/verbs.js";
import { place as queuePlace, waitingFor } from "../parts/waiting.js";

export function show({ main, parameters, signal }) {
  fill(main, heading("Job"), loading());
  read(main, parameters.id, signal);
  return "Job";
}

async function read(main, id, signal) {
  const askedAt = performance.now();
  try {
    const job = await get(`/api/jobs/${encodeURIComponent(id)}`, { signal });
    if (!signal.aborted) build(main, jobs.take([job], askedAt)[0], signal);
  } catch (e) {
    if (e.name === "AbortError") return;
    fill(main, heading("Job"), e.status === 404
      ? empty("This job is not there", "It was deleted with its audience, or belongs to somebody else.", h("a", { href: link("/jobs"), class: "button" }, "All jobs"))
      : failure(e));
  }
}

function build(main, job, signal) {
  const state = status(job.status);
  const buttons = verbButtons(job, { labelled: true });
  const bar = progress(job);
  const sentence = h("p", { class: "hint" });
  const error = h("div", { class: "notice bad", role: "alert" });
  const parts = [bar, funnel(), timeline(job, signal), facts(job)];
  const [, members, times, details] = parts;
  document.title = `${job.name} · BatchBus`;
  fill(main,
    heading(job.name, { lead: state.element, buttons: [h("a", { href: link(`/audiences/${job.audienceId}`), class: "button" }, "Audience"), buttons.element] }),
    h("div", { class: "stack" }, error,
      h("section", { class: "card hero" }, h("h2", { class: "unseen" }, "Progress"), bar.element, sentence),
      h("div", { class: "pair" },
        h("section", { class: "card" }, h("h2", null, "What became of the members"), members.element),
        h("section", { class: "card" }, h("h2", null, "Where the time went"), times.element,
          h("h2", null, "The key’s budget"), budget(job.connectionId, `Requests of this job’s key`, signal))),
      details.element));
  main.querySelector("h1").focus({ preventScroll: true });

  function update(job) {
    state.update(job.status);
    buttons.update(job);
    for (const part of parts) part.update(job);
    setText(sentence, describe(job));
    error.hidden = job.error === null;
    if (job.error) fill(error, h("p", null, job.error.message), h("p", { class: "hint" }, `Code: ${job.error.code}${job.retries > 0 ? ` · tried in vain ${number(job.retries)} times in a row` : ""}`));
  }

  update(job);
  const off = jobs.listen((changed) => {
    if (!changed.has(job.id)) return;
    const next = jobs.find(job.id);
    if (next) update(next);
    else fill(main, heading(job.name), empty("This job was deleted", "Its audience was deleted, and the job with it.", h("a", { href: link("/jobs"), class: "button" }, "All jobs")));
  });
  signal.addEventListener("abort", off);
}

function describe(job) {
  const waits = waitingFor(job);
  if (job.status === "paused") return "Paused: resume it to go on where it stopped.";
  if (waits) return [`Waits for ${waits}`, queuePlace(job)].filter(Boolean).join(" · ");
  if (!isActive(job)) return job.startedAt ? `${number(job.progress.membersPerSecond)} members a second, ${duration((new Date(job.completedAt) - new Date(job.startedAt)) / 1000)} from its start` : "It never started.";
  const left = timeLeft(job);
  return `${number(job.progress.membersPerSecond)} members a second${left ? ` · ${left} left` : ""}`;
}
