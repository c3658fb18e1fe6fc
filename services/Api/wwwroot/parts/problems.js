// What needs somebody: each with its sentence and its button. What cannot be read is a problem, too.
import { fill, h } from "../lib/dom.js";
import { get } from "../lib/api.js";
import { plural } from "../lib/format.js";
import { jobs } from "../lib/jobs.js";
import { link } from "../lib/router.js";
import { session } from "../lib/session.js";

/** Reads everything that the first page is about. */
export async function findProblems(signal) {
  const ask = (path) => get(path, { signal }).catch((error) => ({ error }));
  const [summary, workers, queues] = await Promise.all([
    ask("/api/jobs/summary"), ...(session.isOperator ? [ask("/api/workers"), ask("/api/queues")] : []),
  ]);
  const problems = [summary, workers, queues].map((answer) => answer?.error)
    .filter((error) => error && error.name !== "AbortError" && error.status !== 401).map((error) => ({ text: error.message }));
  return {
    summary: summary.error ? null : summary, workers: workers?.items, queues: queues?.items,
    problems: [...unique(problems), ...ofLetters(queues?.items), ...ofWorkers(workers?.items), ...ofQueues(queues?.items), ...ofJobs(summary), ...ofKeys()],
  };
}

const unique = (problems) => [...new Map(problems.map((problem) => [problem.text, problem])).values()];

/** A queue of messages that nobody could or would handle. */
export const isDead = (queue) => queue.kind === "error" || queue.kind === "skipped";

function ofLetters(queues = []) {
  return queues.filter((queue) => isDead(queue) && queue.ready > 0).map((queue) => ({
    text: `${plural(queue.ready, "message", "messages")} in ${queue.name} could not be handled.`, action: "Look and replay", href: link("/dead-letters"),
  }));
}

function ofWorkers(workers) {
  if (!workers) return [];
  const stale = workers.filter((worker) => worker.status === "stale");
  const kinds = new Set(workers.filter((worker) => worker.status === "active").map((worker) => worker.service.toLowerCase()));
  const missing = ["fetcher", "ingest"].filter((kind) => !kinds.has(kind));
  return [
    ...(stale.length === 0 ? [] : [{ text: `${plural(stale.length, "worker has", "workers have")} stopped sending heartbeats: frozen, killed, or cut off from RabbitMQ.`, action: "See the workers", href: link("/workers") }]),
    ...missing.map((kind) => ({ text: `No ${kind === "fetcher" ? "Fetcher" : "Ingest"} is active: lists stand still until one starts.`, action: "See the workers", href: link("/workers") })),
  ];
}

// RabbitMQ counts every five seconds, and the Api asks it every two: what has come just now may have its reader by now.
const isNew = (queue) => queue.oldestAt && Date.now() - Date.parse(queue.oldestAt) < 10_000;

function ofQueues(queues = []) {
  return queues.filter((queue) => queue.kind === "work" && queue.ready > 0 && queue.consumers === 0 && !isNew(queue)).map((queue) => ({
    text: `${plural(queue.ready, "message", "messages")} in ${queue.name} and nobody who takes them.`, action: "See the queues", href: link("/queues"),
  }));
}

function ofJobs(summary) {
  return summary?.failedLastDay > 0 ? [{
    text: `${plural(summary.failedLastDay, "list has", "lists have")} failed within a day. Each says why; a retry goes on after its last stored page.`,
    action: "See the failed lists", href: link("/jobs", { status: "failed" }),
  }] : [];
}

function ofKeys() {
  const spent = jobs.active().filter((job) => job.waitingFor?.startsWith("rate limit until"));
  return spent.length === 0 ? [] : [{
    text: `${plural(spent.length, "list waits", "lists wait")} because Whop allows the key no more requests now. It goes on by itself.`,
    action: "See the running lists", href: link("/jobs", { status: "processing" }),
  }];
}

export function problemList() {
  const element = h("section", { class: "problems", "aria-label": "What needs you" });
  let shown = null;
  return {
    element,
    show({ problems }) {
      const text = JSON.stringify(problems);
      if (text === shown) return;
      shown = text;
      fill(element, problems.length === 0
        ? h("p", { class: "all-well" }, "Nothing needs you.")
        : h("ul", null, problems.map((problem) => h("li", null, h("p", null, problem.text), problem.action && h("a", { href: problem.href, class: "button" }, problem.action)))));
    },
  };
}
