// How much of a key's requests are in use: a gauge.
import { h, setAttribute, setShare, setText } from "../lib/dom.js";
import { get } from "../lib/api.js";
import { ago, number } from "../lib/format.js";
import { repeat } from "../lib/repeat.js";

const every = 5_000;

export function budget(connectionId, label, signal) {
  const bar = h("div", { class: "bar gauge", role: "meter", "aria-label": label, "aria-valuemin": 0 }, h("span", { class: "bar-fill" }));
  const words = h("p", { class: "hint" }, "Reading…");

  repeat(every, signal, async () => {
    try {
      const use = await get(`/api/connections/${connectionId}/budget`, { signal });
      setAttribute(bar, "aria-valuemax", use.allowedPerMinute);
      setAttribute(bar, "aria-valuenow", Math.min(use.pagesLastMinute, use.allowedPerMinute));
      setShare(bar, use.pagesLastMinute / use.allowedPerMinute);
      setText(words, `${number(use.pagesLastMinute)} of ${number(use.allowedPerMinute)} requests in the last minute`
        + (use.freeAt ? `; Whop refuses more and lets it in again ${ago(use.freeAt)}` : ""));
    } catch (e) {
      if (e.name !== "AbortError") setText(words, e.status === 404 ? "The connection was deleted." : e.message);
    }
  });

  return h("div", { class: "budget" }, bar, words);
}
