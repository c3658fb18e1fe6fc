// "Create batch list": a connection, a name, a priority. A connection can be added in place.
import { fill, h, newId } from "../lib/dom.js";
import { get, newKey, post } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { field, form } from "../lib/form.js";
import { say } from "../lib/messages.js";
import { go } from "../lib/router.js";
import { connectionForm } from "./connectionForm.js";
import { failure, loading } from "./state.js";

const priorities = [["low", "Low"], ["normal", "Normal"], ["high", "High"], ["vip", "VIP"]];

export function createList(connectionId = null) {
  openDialog("Create batch list", (close) => {
    const place = h("div", null, loading());
    show(place, connectionId, close);
    return place;
  });
}

async function show(place, chosen, close) {
  try {
    const { items } = await get("/api/connections?limit=200");
    if (items.length === 0) showConnectionForm(place, close, "A list reads one company on Whop. Connect yours first; the list comes next.");
    else showListForm(place, items, chosen, close);
  } catch (e) {
    fill(place, failure(e));
  }
}

function showListForm(place, connections, chosen, close) {
  const key = newKey(); // a second click, or a broken line, makes no second list
  const connection = field("Company", h("select", { name: "connection" }, connections.map((one) =>
    h("option", { value: one.id, selected: one.id === chosen }, one.label === one.companyId ? one.label : `${one.label} (${one.companyId})`))));
  const name = field("Name of the list", h("input", { name: "name", maxlength: 200, autocomplete: "off", "data-first": true }));
  const priority = priorityField();
  const add = h("button", { type: "button", class: "text", onclick: () => showConnectionForm(place, close) }, "Connect another company");
  fill(place, form({ connectionId: connection, name }, {
    action: "Create the list", cancel: close, content: [connection.element, add, name.element, priority.element],
    async submit() {
      const accepted = await post("/api/batch-lists",
        { connectionId: connection.control.value, name: name.control.value, priority: priority.value() }, { headers: { "Idempotency-Key": key } });
      close();
      say("The list is accepted.");
      go(`/jobs/${accepted.jobId}`);
    },
  }));
  name.control.focus();
}

function showConnectionForm(place, close, lead = null) {
  const { element, first } = connectionForm({ action: "Connect and go on", cancel: close, onDone: (connection) => show(place, connection.id, close) });
  fill(place, lead && h("p", { class: "lead" }, lead), element);
  first.focus();
}

function priorityField() {
  const name = newId("priority");
  const element = h("fieldset", { class: "field choices" }, h("legend", null, "Priority"), priorities.map(([value, word]) =>
    h("label", null, h("input", { type: "radio", name, value, checked: value === "normal" }), h("span", null, word))));
  return { element, value: () => element.querySelector("input:checked").value };
}
