// Members a second over all jobs, from what the stream tells: the last five minutes, second by second.

export const seconds = 300;
const smoothing = 5;
const settling = 1_500;
const shortest = 60;
const begun = Math.floor(Date.now() / 1000);

const buckets = new Map(); // second -> members
let quietUntil = 0;

export const meter = {
  add(members) {
    if (members <= 0 || performance.now() < quietUntil) return;
    const second = Math.floor(Date.now() / 1000);
    buckets.set(second, (buckets.get(second) ?? 0) + members);
    for (const old of buckets.keys()) {
      if (old >= second - seconds - smoothing) break;
      buckets.delete(old);
    }
  },

  /** A stream that has just begun tells what is so, not what has just happened. */
  rest() {
    quietUntil = performance.now() + settling;
  },

  /** The average of the last whole seconds. */
  now: () => average(Math.floor(Date.now() / 1000) - 1),

  /** Times and averages since the page began, for a chart. */
  history() {
    const last = Math.floor(Date.now() / 1000) - 1;
    const length = Math.min(seconds, Math.max(last - begun, shortest));
    const times = Array.from({ length }, (_, i) => last - length + 1 + i);
    return [times, times.map((time) => (time < begun ? null : average(time)))];
  },
};

function average(second) {
  let sum = 0;
  for (let i = 0; i < smoothing; i++) sum += buckets.get(second - i) ?? 0;
  return sum / smoothing;
}
