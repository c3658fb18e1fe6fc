// Why a job does not move, in words.
import { ago, number } from "../lib/format.js";

const reasons = {
  "slot": "a free slot",
  "connection busy": "another list of this connection",
  "owner cap": "one of your running lists to end",
  "ingest backlog": "its pages to be stored",
};

const moments = [["rate limit until ", "Whop’s rate limit"], ["next try at ", "the next try"]];

/** "a free slot"; null when the job does not wait. */
export function waitingFor(job) {
  if (!job.waitingFor || job.status === "paused") return null; // its state says it
  for (const [begin, words] of moments)
    if (job.waitingFor.startsWith(begin)) return `${words}, ${ago(job.waitingFor.slice(begin.length))}`;
  return reasons[job.waitingFor] ?? job.waitingFor;
}

/** "3rd in the queue" would need a language; the number alone does not. */
export const place = (job) => (job.queuePosition === null ? null : `No. ${number(job.queuePosition)} in the queue`);
