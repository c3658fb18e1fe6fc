// Connecting a company on Whop. The key goes to the API, which checks and encrypts it; the page forgets it.
import { h } from "../lib/dom.js";
import { ApiError, post, put } from "../lib/api.js";
import { field, form } from "../lib/form.js";

const keyInput = () => h("input", { name: "apiKey", type: "password", autocomplete: "off", spellcheck: "false" });

export function connectionForm({ action, cancel, onDone }) {
  const companyId = field("Company id", h("input", { name: "companyId", autocomplete: "off", spellcheck: "false", placeholder: "biz_…", "data-first": true }),
    "It begins with biz_ and stands in the address of your Whop dashboard.");
  const apiKey = field("API key", keyInput(), "With the scopes member:basic:read and member:email:read. It is stored encrypted and never shown again.");
  const label = field("Label", h("input", { name: "label", maxlength: 200, autocomplete: "off" }), "A name for people; the company’s id without one.");
  const element = form({ companyId, apiKey, label }, {
    action, cancel, content: [companyId.element, apiKey.element, label.element],
    submit: () => aboutKey(async () => onDone(await post("/api/connections",
      { companyId: companyId.control.value.trim(), apiKey: apiKey.control.value, label: label.control.value.trim() || null }))),
  });
  return { element, first: companyId.control };
}

export function keyForm(connection, { cancel, onDone }) {
  const apiKey = field("New API key", keyInput(), "A list that runs goes on with it.");
  apiKey.control.dataset.first = "";
  return form({ apiKey }, {
    action: "Replace the key", cancel, content: [apiKey.element],
    submit: () => aboutKey(async () => onDone(await put(`/api/connections/${connection.id}/api-key`, { apiKey: apiKey.control.value }))),
  });
}

/** What Whop says to a key, and that it is in use already, is about the key. */
async function aboutKey(run) {
  try {
    await run();
  } catch (e) {
    if (e.status === 409 || e.status === 422) throw new ApiError(e.status, e.message, { apiKey: [e.message] });
    throw e;
  }
}
