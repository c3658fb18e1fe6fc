// Messages that could not be handled: why, since when, whose; sent back or thrown away.
import { fill, h } from "../lib/dom.js";
import { get, post } from "../lib/api.js";
import { confirm } from "../lib/dialog.js";
import { ago, number, plural } from "../lib/format.js";
import { complain, say } from "../lib/messages.js";
import { repeat } from "../lib/repeat.js";
import { link } from "../lib/router.js";
import { isDead } from "../parts/problems.js";
import { empty, failure, heading, loading } from "../parts/state.js";

const every = 5_000;

export function show({ main, signal }) {
  const place = h("div", null, loading());
  fill(main, heading("Dead letters", { lead: "Messages that failed each time. Mend the cause, then replay them: nothing is counted twice." }), place);
  let counted = null;

  // A look at the letters keeps others from working on them for a moment, so it is taken only when their number has changed.
  repeat(every, signal, async () => {
    const counts = await get("/api/queues", { signal }).then(({ items }) => JSON.stringify(items.filter(isDead).map((queue) => [queue.name, queue.ready])), () => counted);
    if (counts === counted && counted !== null) return;
    counted = counts;
    await read();
  });

  async function read() {
    try {
      const { items } = await get("/api/dead-letters", { signal });
      const full = items.filter((queue) => queue.count > 0);
      if (full.some((queue) => queue.isBusy)) counted = null; // look again, though nothing is counted anew
      fill(place, full.length > 0 ? h("div", { class: "stack" }, full.map((queue) => card(queue, read)))
        : empty("No dead letters", "Every message was handled. What cannot be handled comes here, with the reason."));
    } catch (e) {
      if (e.name !== "AbortError") fill(place, failure(e));
    }
  }
  return "Dead letters";
}

function card(queue, onDone) {
  return h("section", { class: "card" },
    h("div", { class: "card-head" }, h("h2", null, queue.queue), h("div", { class: "buttons" }, buttons(queue, { all: true }, queue.count, "all", onDone))),
    h("p", { class: "hint" }, `${plural(queue.count, "message", "messages")}${queue.oldestAt ? `, the oldest ${ago(queue.oldestAt)}` : ""}; a replay sends them to ${queue.source}.`),
    queue.isBusy && h("p", { class: "notice" }, "Somebody is at work on this queue; look again in a moment."),
    h("ul", { class: "letters" }, queue.groups.map((group) => letters(queue, group, onDone))));
}

function letters(queue, group, onDone) {
  const type = group.exceptionType?.split(".").at(-1) ?? "Nobody wanted it";
  return h("li", null,
    h("p", null, h("strong", null, `${number(group.count)} × ${type}`), " ", h("span", { class: "hint" }, group.lastAt ? `last ${ago(group.lastAt)}` : "")),
    h("p", { class: "reason" }, group.message),
    group.jobIds.length > 0 && h("p", { class: "hint" }, "Jobs: ", group.jobIds.slice(0, 5).map((id, i) => [i > 0 && ", ", h("a", { href: link(`/jobs/${id}`) }, `…${id.slice(-8)}`)])),
    group.exceptionType !== null && queue.groups.length > 1 && h("div", { class: "buttons" }, buttons(queue, { exceptionType: group.exceptionType }, group.count, "these", onDone)));
}

function buttons(queue, selection, count, which, onDone) {
  const send = (verb, done) => async () => {
    const answer = await post(`/api/dead-letters/${encodeURIComponent(queue.queue)}/${verb}`, selection);
    say(`${plural(answer.replayed ?? answer.discarded, "message", "messages")} ${done}.`);
    onDone();
  };
  const replay = async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    await send("replay", `sent back to ${queue.source}`)().catch(complain);
    button.disabled = false;
  };
  const discard = () => confirm({
    title: "Throw them away?", action: "Throw them away", run: send("discard", "thrown away"),
    text: `${plural(count, "message", "messages")} of ${queue.queue} will be gone for good. The jobs that they belong to do not get what was in them.`,
  });
  return [h("button", { type: "button", class: which === "all" ? "primary" : null, "aria-label": `Replay ${which} of ${queue.queue}`, onclick: replay }, `Replay ${which}`),
    h("button", { type: "button", class: "danger", "aria-label": `Discard ${which} of ${queue.queue}`, onclick: discard }, `Discard ${which}`)];
}
