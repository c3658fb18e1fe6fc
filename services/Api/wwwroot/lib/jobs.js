// All jobs that this page knows, from the stream and from answers. What it shows never goes backwards.
import { follow } from "./stream.js";
import { meter } from "./meter.js";

const known = new Map();
const listeners = new Set();
const ended = new Set(["completed", "failed", "cancelled"]);

let changed = new Set();
let frame = 0;
let state = "away";
let stop = null;

export const isActive = (job) => !ended.has(job.status);

export const jobs = {
  get state() { return state; },
  find: (id) => known.get(id)?.job ?? null,
  active: () => [...known.values()].filter((entry) => entry.isFollowed && isActive(entry.job)).map((entry) => entry.job),

  /** Takes over jobs from an answer whose request was sent at a moment; what the stream has told since is newer. */
  take(items, askedAt) {
    return items.map((job) => {
      const entry = known.get(job.id);
      if (!entry || (entry.toldAt <= askedAt && !isOlder(job, entry.job))) put(job, entry?.toldAt ?? 0, entry?.isFollowed ?? false);
      return known.get(job.id).job;
    });
  },

  /** Calls back once a frame at most, with the ids of the jobs that are others now. */
  listen(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },

  open() {
    stop?.();
    stop = follow("/api/events", hear, (next) => {
      state = next;
      if (next === "live") meter.rest();
      announce(null);
    });
  },

  close() {
    stop?.();
    stop = null;
    known.clear();
    listeners.clear();
    changed = new Set();
  },
};

function hear(type, data) {
  if (type === "deleted") {
    known.delete(data.id);
    announce(data.id);
    return;
  }
  const before = known.get(data.id)?.job;
  if (before && isOlder(data, before)) return;
  if (before) meter.add(data.progress.membersFetched - before.progress.membersFetched);
  put(data, performance.now(), true);
}

/** Attempts and totals only grow; a reading that has fewer was made earlier. */
function isOlder(job, than) {
  if (job.attempt !== than.attempt) return job.attempt < than.attempt;
  if (!isActive(than) && isActive(job)) return true;
  return job.progress.membersFetched < than.progress.membersFetched || job.progress.pagesIngested < than.progress.pagesIngested;
}

function put(job, toldAt, isFollowed) {
  known.set(job.id, { job, toldAt, isFollowed });
  announce(job.id);
}

function announce(id) {
  if (id !== null) changed.add(id);
  if (frame) return;
  frame = requestAnimationFrame(() => {
    frame = 0;
    const news = changed;
    changed = new Set();
    for (const listener of [...listeners]) listener(news);
  });
}
