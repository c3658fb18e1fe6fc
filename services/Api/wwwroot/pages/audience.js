// One audience: its members, the file, the end.
import { fill, h, icon, setAttribute } from "../lib/dom.js";
import { address, get, remove, send } from "../lib/api.js";
import { confirm } from "../lib/dialog.js";
import { number, time } from "../lib/format.js";
import { complain, say } from "../lib/messages.js";
import { go, link } from "../lib/router.js";
import { plainTable } from "../parts/plainTable.js";
import { askToRefresh } from "../parts/refresh.js";
import { empty, failure, heading, loading } from "../parts/state.js";
import { status } from "../parts/status.js";

const limit = 100;
const typing = 250;

export function show({ main, parameters, query, signal }) {
  fill(main, heading("Audience"), loading());
  const path = `/api/audiences/${encodeURIComponent(parameters.id)}`;
  get(path, { signal }).then((audience) => !signal.aborted && build(main, audience, path, query, signal), (e) => e.name !== "AbortError" && fill(main, heading("Audience"), e.status === 404
    ? empty("This audience is not there", "It was deleted, or belongs to somebody else.", h("a", { href: link("/audiences"), class: "button" }, "All audiences"))
    : failure(e)));
  return "Audience";
}

function build(main, audience, path, query, signal) {
  document.title = `${audience.name} · BatchBus`;
  const download = h("button", { type: "button", class: "primary", onclick: () => save(download, audience, path) }, icon("download"), "Download CSV");
  const job = audience.latestJob;
  fill(main, heading(audience.name, {
    lead: [`${number(audience.members)} members`, job && [" · ", h("a", { href: link(`/jobs/${job.id}`) }, status(job.status).element)]],
    buttons: [download, h("button", { type: "button", onclick: () => askToRefresh(path) }, "Refresh"), h("button", { type: "button", class: "danger", onclick: () => askToDelete(audience, path) }, "Delete")],
  }), members(path, query, signal));
  main.querySelector("h1").focus({ preventScroll: true });
}

function members(path, query, signal) {
  const search = h("input", { type: "search", "aria-label": "Search by the beginning of the e-mail", placeholder: "E-mail begins with…", autocomplete: "off", spellcheck: "false", value: query.get("prefix") ?? "" });
  const place = h("div", null, loading());
  const table = plainTable("Members by e-mail", ["E-mail", "Name", "Username", "Status", "Access", "Joined", "Missing since"], row, "members");
  const pages = h("div", { class: "pager" });
  let asked = 0;
  let timer = 0;

  async function read(after = null) {
    const mine = ++asked;
    try {
      const list = await get(address(`${path}/members`, { prefix: search.value, after, limit }), { signal });
      if (mine !== asked) return; // the answer to an older question
      if (list.items.length > 0) table.show(place, list.items);
      else fill(place, search.value ? empty("Nobody", `No e-mail begins with “${search.value}”.`) : empty("No members yet", "They appear as the job stores them; look again in a moment."));
      fill(pages, after && h("button", { type: "button", onclick: () => read() }, "To the beginning"), list.next && h("button", { type: "button", onclick: () => read(list.next) }, "Next page"));
    } catch (e) {
      if (e.name !== "AbortError" && mine === asked) fill(place, failure(e));
    }
  }

  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(read, typing);
  });
  read();
  return h("section", { class: "stack" }, h("div", { class: "filters" }, search), place, pages);
}

const row = (member) => [member.email, member.name ?? "–", member.username ?? "–", member.status ?? "–", member.accessLevel ?? "–", time(member.joinedAt), member.missingSince ? time(member.missingSince) : ""];

/** Fetched with the token, which a plain link could not carry; the browser keeps the file on its disk. */
async function save(button, audience, path) {
  button.disabled = true;
  setAttribute(button, "aria-busy", "true");
  try {
    const answer = await send("GET", `${path}/members.csv`);
    const address = URL.createObjectURL(await answer.blob());
    h("a", { href: address, download: fileName(answer) ?? `${audience.name}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  } catch (e) {
    complain(e.status === undefined ? new Error("The download broke off: the file would not be whole. Try it again.") : e);
  } finally {
    button.disabled = false;
    setAttribute(button, "aria-busy", null);
  }
}

// RFC 6266: the name in UTF-8 before the one in ASCII.
function fileName(answer) {
  const header = answer.headers.get("Content-Disposition") ?? "";
  const [, encoded] = /filename\*=UTF-8''([^;]+)/i.exec(header) ?? [];
  return encoded ? decodeURIComponent(encoded) : /filename="?([^";]+)"?/i.exec(header)?.[1];
}

function askToDelete(audience, path) {
  confirm({
    title: "Delete this audience?", action: "Delete it for good",
    text: `“${audience.name}” goes with its ${number(audience.members)} members and its jobs. This cannot be undone.`,
    async run() {
      await remove(path);
      say(`“${audience.name}” is deleted.`);
      go("/audiences");
    },
  });
}
