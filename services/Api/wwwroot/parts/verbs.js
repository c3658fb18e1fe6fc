// What may be done to a job in its state (docs/jobs.md), as buttons.
import { fill, h, icon } from "../lib/dom.js";
import { post } from "../lib/api.js";
import { jobs } from "../lib/jobs.js";
import { confirm } from "../lib/dialog.js";
import { complain, say } from "../lib/messages.js";

export const verbs = {
  pause: { word: "Pause", icon: "pause", from: ["pending", "processing"], done: "will pause; the pages under way are still stored" },
  resume: { word: "Resume", icon: "play", from: ["paused"], done: "goes on" },
  retry: { word: "Retry", icon: "retry", from: ["failed", "cancelled"], done: "starts again from its last stored page" },
  cancel: { word: "Cancel", icon: "close", from: ["pending", "processing", "paused"], done: "is being cancelled" },
};

export function verbButtons(job, { labelled = false } = {}) {
  const element = h("div", { class: "verbs" });
  let shown = null;

  function update(job) {
    if (shown === job.status) return;
    // Who has just pressed one of these buttons stands on what takes its place, not nowhere.
    const hadFocus = element.contains(document.activeElement);
    shown = job.status;
    fill(element, Object.entries(verbs).filter(([, verb]) => verb.from.includes(job.status)).map(([name, verb]) =>
      h("button", { type: "button", class: labelled ? null : "compact", title: labelled ? null : verb.word, "data-verb": name,
        "aria-label": `${verb.word}: ${job.name}`, onclick: (event) => press(event.currentTarget, job, name) }, icon(verb.icon), labelled && verb.word)));
    if (hadFocus) element.querySelector("button")?.focus();
  }

  update(job);
  return { element, update };
}

async function press(button, job, name) {
  if (name === "cancel") {
    confirm({
      title: "Cancel this list?", text: `“${job.name}” stops being read. The members that are in stay, and it can be retried.`,
      action: "Cancel the list", run: () => act(job, name),
    });
    return;
  }
  // Not disabled meanwhile: the focus would be lost.
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  await act(job, name).catch(complain);
  button.ariaBusy = null;
}

async function act(job, name) {
  const askedAt = performance.now();
  const answer = await post(`/api/jobs/${job.id}/${name}`);
  jobs.take([answer], askedAt);
  say(`“${job.name}” ${verbs[name].done}.`);
}
