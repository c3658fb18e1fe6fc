// The rest of what is known about a job, its trace and its JSON.
import { fill, h, icon, setText } from "../lib/dom.js";
import { get } from "../lib/api.js";
import { number, time } from "../lib/format.js";
import { link } from "../lib/router.js";

export function facts(job) {
  const list = h("dl", { class: "facts" });
  const raw = h("pre", { tabindex: 0, "aria-label": "The job as JSON" });
  const trace = h("p");
  const element = h("section", { class: "card" }, h("h2", null, "Details"), list, trace, h("details", null, h("summary", null, "As JSON"), raw));
  let shown = "";

  linkTrace(trace, job);
  return {
    element,
    update(job) {
      const json = JSON.stringify(job, null, 2);
      if (json === shown) return;
      shown = json;
      setText(raw, json);
      fill(list, Object.entries(factsOf(job)).map(([name, value]) => h("div", null, h("dt", null, name), h("dd", null, value))));
    },
  };
}

// The stored pages are counted a moment before the read ones.
const factsOf = (job) => ({
  "Priority": job.priority,
  "Attempt": number(job.attempt),
  "Pages": `${number(job.progress.pagesIngested)} stored of ${number(Math.max(job.progress.pagesFetched, job.progress.pagesIngested))} read`,
  "Members that Whop counts": number(job.progress.expectedMembers),
  "Created": time(job.createdAt),
  "Started": time(job.startedAt),
  "Ended": time(job.completedAt),
  "Job": h("code", null, job.id),
  "Connection": h("a", { href: link("/jobs", { connection: job.connectionId }) }, "Jobs of the same connection"),
});

/** Where somebody has said where traces are shown, and the job has one. */
async function linkTrace(place, job) {
  if (!job.traceId) return;
  const { traceUrl } = await get("/dashboard/settings.json").catch(() => ({ traceUrl: null }));
  if (traceUrl) fill(place, h("a", { href: traceUrl.replace("{traceId}", encodeURIComponent(job.traceId)), target: "_blank", rel: "noopener noreferrer" }, "Its trace ", icon("external")));
}
