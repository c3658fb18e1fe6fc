// "Refresh": reads an audience's company again, who is new or everyone.
import { h, newId } from "../lib/dom.js";
import { newKey, post } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { form } from "../lib/form.js";
import { say } from "../lib/messages.js";
import { go } from "../lib/router.js";

const modes = [["new", "Who is new since it was last complete"], ["all", "Everyone, and mark who is missing"]];

export function askToRefresh(path) {
  openDialog("Refresh this audience", (close) => {
    const key = newKey(); // a second click, or a broken line, makes no second job
    const name = newId("mode");
    const choice = h("fieldset", { class: "field choices" }, h("legend", null, "Read"), modes.map(([value, words]) =>
      h("label", null, h("input", { type: "radio", name, value, checked: value === "new" }), h("span", null, words))));
    return form({}, {
      action: "Refresh", cancel: close, content: [choice],
      async submit() {
        const accepted = await post(`${path}/refresh`, { mode: choice.querySelector("input:checked").value }, { headers: { "Idempotency-Key": key } });
        close();
        say("The refresh is accepted.");
        go(`/jobs/${accepted.jobId}`);
      },
    });
  });
}
