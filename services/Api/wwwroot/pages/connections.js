import { fill, h, icon } from "../lib/dom.js";
import { address, get, remove } from "../lib/api.js";
import { confirm, openDialog } from "../lib/dialog.js";
import { time } from "../lib/format.js";
import { say } from "../lib/messages.js";
import { link } from "../lib/router.js";
import { budget } from "../parts/budget.js";
import { connectionForm, keyForm } from "../parts/connectionForm.js";
import { createList } from "../parts/newList.js";
import { pager } from "../parts/pager.js";
import { empty, failure, heading, loading } from "../parts/state.js";

const limit = 20;

export function show({ main, query, signal }) {
  const place = h("div", null, loading());
  const pages = pager("/connections", query, "before");
  let shown = new AbortController();
  const add = () => openDialog("Connect a company", (close) => connectionForm({ action: "Connect", cancel: close, onDone: done("connected", close) }).element);

  fill(main, heading("Connections", {
    lead: "Companies on Whop, and the keys that read them.",
    buttons: [h("button", { type: "button", class: "primary", onclick: add }, icon("plus"), "Connect a company")],
  }), place, pages.element);

  function done(what, close) {
    return (connection) => {
      close();
      say(`“${connection.label}” is ${what}.`);
      read();
    };
  }

  async function read() {
    try {
      const list = await get(address("/api/connections", { before: query.get("before"), limit }), { signal });
      shown.abort();
      shown = new AbortController();
      pages.show(list.next);
      fill(place, list.items.length > 0 ? h("ul", { class: "cards" }, list.items.map((one) => card(one, shown.signal, done, read)))
        : empty("No company is connected", "Give BatchBus a company’s id and an API key from its Whop dashboard. The key is checked at once and stored encrypted.",
          h("button", { type: "button", class: "primary", onclick: add }, "Connect a company")));
    } catch (e) {
      if (e.name !== "AbortError") fill(place, failure(e));
    }
  }

  signal.addEventListener("abort", () => shown.abort());
  read();
  return "Connections";
}

function card(connection, signal, done, read) {
  const replace = () => openDialog("Replace the key", (close) => keyForm(connection, { cancel: close, onDone: done("reading with its new key", close) }));
  const end = () => confirm({
    title: "Delete this connection?", action: "Delete the connection",
    text: `The key of “${connection.label}” is deleted and its active lists are cancelled. Audiences and their members stay.`,
    async run() {
      await remove(`/api/connections/${connection.id}`);
      say(`“${connection.label}” is deleted.`);
      await read();
    },
  });
  return h("li", { class: "card" },
    h("h2", null, connection.label),
    h("p", { class: "hint" }, h("code", null, connection.companyId), ` · since ${time(connection.createdAt)}`),
    budget(connection.id, `Requests of ${connection.label}`, signal),
    h("div", { class: "buttons" }, h("button", { type: "button", onclick: () => createList(connection.id) }, "Create batch list"),
      h("a", { href: link("/jobs", { connection: connection.id }), class: "button" }, "Jobs"),
      h("button", { type: "button", onclick: replace }, "Replace key"), h("button", { type: "button", class: "danger", onclick: end }, "Delete")));
}
