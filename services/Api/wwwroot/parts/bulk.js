// The same for all jobs that match the filter, some hundred at a time, after a question.
import { fill, h, newId } from "../lib/dom.js";
import { post } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { plural } from "../lib/format.js";
import { form } from "../lib/form.js";
import { say } from "../lib/messages.js";
import { statusWord } from "./status.js";
import { verbs } from "./verbs.js";

const meanings = {
  pause: "They hold; the pages under way are still stored.",
  resume: "Paused ones go on.",
  retry: "Failed and cancelled ones start again after their last stored page.",
  cancel: "They end. The members that are in stay.",
};

export function bulkButton(filter) {
  return h("button", { type: "button", onclick: () => ask(filter) }, "All that match…");
}

function ask(filter) {
  const possible = Object.entries(verbs).filter(([, verb]) => filter.status === null || verb.from.includes(filter.status));
  const about = filter.status === null ? "all jobs that it is possible for" : `all jobs that are ${statusWord(filter.status).toLowerCase()}`;
  openDialog("Do the same for all that match", (close) => possible.length === 0
    ? [h("p", null, "Completed jobs are done: there is nothing to do with them."), h("div", { class: "buttons end" }, h("button", { type: "button", onclick: close }, "Go back"))]
    : askWhich(filter, possible, about, close));
}

function askWhich(filter, possible, about, close) {
  const name = newId("action");
  const choices = h("fieldset", { class: "field options" }, h("legend", null, `For ${about}${filter.connectionId ? " of this company" : ""}`),
    possible.map(([verb, { word }], i) => h("label", null, h("input", { type: "radio", name, value: verb, checked: i === 0 }),
      h("span", null, h("strong", null, word), " ", meanings[verb]))));
  const progress = h("p", { class: "hint", role: "status" });
  return form({}, {
    action: "Do it", cancel: close, content: [choices, progress],
    async submit() {
      const count = await send(filter, choices.querySelector("input:checked").value, (sum) => fill(progress, `${plural(sum, "job", "jobs")} so far…`));
      close();
      say(count === 0 ? "No job matched." : `${plural(count, "job was", "jobs were")} told.`);
    },
  });
}

async function send(filter, action, tell) {
  let sum = 0;
  for (let before = null, isFirst = true; isFirst || before !== null; isFirst = false) {
    const answer = await post("/api/jobs/bulk", { action, ...filter, before });
    sum += answer.accepted;
    before = answer.next;
    tell(sum);
  }
  return sum;
}
