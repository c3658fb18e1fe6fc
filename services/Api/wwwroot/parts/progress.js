// How far a job is: a bar and words. Where Whop does not say how many members there are, the bar only shows that something happens.
import { h, setAttribute, setShare, setText } from "../lib/dom.js";
import { number, roughly } from "../lib/format.js";

/** 0 to 1; null when nobody knows. */
export function shareOf(job) {
  if (job.status === "completed") return 1;
  const { membersFetched, expectedMembers } = job.progress;
  return expectedMembers > 0 ? Math.min(membersFetched / expectedMembers, 0.99) : membersFetched === 0 ? 0 : null;
}

/** "about 2 min"; null when there is nothing to go by. */
export function timeLeft(job) {
  const { membersFetched, expectedMembers, membersPerSecond } = job.progress;
  if (job.status !== "processing" || !expectedMembers || !(membersPerSecond > 0) || job.waitingFor) return null;
  return roughly(Math.max(0, expectedMembers - membersFetched) / membersPerSecond);
}

export function progress(job, { label = `Progress of ${job.name}` } = {}) {
  const bar = h("div", { class: "bar", role: "progressbar", "aria-label": label, "aria-valuemin": 0, "aria-valuemax": 100 }, h("span", { class: "bar-fill" }));
  const words = h("span", { class: "bar-words" });
  const element = h("div", { class: "progress" }, bar, words);

  function update(job) {
    const share = shareOf(job);
    setAttribute(bar, "data-status", job.status);
    setAttribute(bar, "aria-valuenow", share === null ? null : Math.floor(share * 100));
    bar.classList.toggle("unknown", share === null && job.status === "processing");
    setShare(bar, share ?? 1);
    const { membersFetched, expectedMembers } = job.progress;
    const of = expectedMembers && job.status !== "completed" ? ` of ${number(Math.max(expectedMembers, membersFetched))}` : "";
    setText(words, `${number(membersFetched)}${of}`);
  }

  update(job);
  return { element, update };
}
