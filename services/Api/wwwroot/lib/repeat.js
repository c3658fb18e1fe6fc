// Asks again and again, as long as a page is shown and the tab is seen; one question at a time.

/** @param signal ends it */
export function repeat(milliseconds, signal, ask) {
  let timer = 0;
  let isAsking = false;

  async function run() {
    clearTimeout(timer);
    if (signal.aborted || isAsking) return;
    if (!document.hidden) {
      isAsking = true;
      try {
        await ask();
      } finally {
        isAsking = false;
      }
    }
    if (!signal.aborted) timer = setTimeout(run, milliseconds);
  }

  const seen = () => document.hidden || run();
  document.addEventListener("visibilitychange", seen);
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", seen);
  });
  run();
  return run;
}
