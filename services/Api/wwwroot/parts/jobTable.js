// Jobs as a table: rows are made once and changed in place, so that a hundred changes a second cost a hundred texts.
import { h, setText } from "../lib/dom.js";
import { ago, number, time } from "../lib/format.js";
import { jobs } from "../lib/jobs.js";
import { link } from "../lib/router.js";
import { progress, timeLeft } from "./progress.js";
import { status } from "./status.js";
import { verbButtons } from "./verbs.js";
import { place, waitingFor } from "./waiting.js";

const columns = ["List", "State", "Members", "Per second", "Left", "Priority", "Waits for", "Created", "Actions"];

/** @param caption for those who do not see the page around it */
export function jobTable(caption, signal) {
  const body = h("tbody", { onkeydown: moveFocus });
  const element = h("div", { class: "scroll" }, h("table", { class: "jobs" }, h("caption", { class: "unseen" }, caption),
    h("thead", null, h("tr", null, columns.map((name) => h("th", { scope: "col" }, name)))), body));
  let rows = new Map();

  signal.addEventListener("abort", jobs.listen((changed) => {
    for (const id of changed) {
      const row = rows.get(id);
      const job = jobs.find(id);
      if (row && job) row.update(job);
      else if (row) row.element.classList.add("gone");
    }
  }));

  // How long ago something was, and how long a wait lasts, changes without the job.
  const tick = setInterval(() => document.hidden || rows.forEach((row, id) => jobs.find(id) && row.update(jobs.find(id))), 5_000);
  signal.addEventListener("abort", () => clearInterval(tick));

  return {
    element,
    show(list) {
      const before = rows;
      rows = new Map(list.map((job) => [job.id, before.get(job.id) ?? row(job)]));
      for (const job of list) rows.get(job.id).update(job);
      const elements = [...rows.values()].map((one) => one.element);
      // Rows that stay where they are keep their focus.
      if (elements.length !== body.children.length || elements.some((one, i) => body.children[i] !== one)) body.replaceChildren(...elements);
    },
  };
}

function row(job) {
  const name = h("a", { href: link(`/jobs/${job.id}`), class: "name" }, job.name);
  const error = h("span", { class: "row-error" });
  const state = status(job.status);
  const bar = progress(job);
  const buttons = verbButtons(job);
  const cells = { rate: cell("Per second", "figure"), left: cell("Left"), priority: cell("Priority"), waits: cell("Waits for", "wide"), created: cell("Created") };
  const element = h("tr", null,
    h("th", { scope: "row" }, name, error),
    labelled("State", state.element), labelled("Members", bar.element), ...Object.values(cells), labelled("Actions", buttons.element));

  function update(job) {
    state.update(job.status);
    bar.update(job);
    buttons.update(job);
    setText(error, job.status === "failed" ? job.error?.message : "");
    setText(cells.rate, job.status === "processing" ? number(job.progress.membersPerSecond) : "");
    setText(cells.left, timeLeft(job) ?? "");
    setText(cells.priority, job.priority);
    setText(cells.waits, [waitingFor(job), place(job)].filter(Boolean).join(" · "));
    setText(cells.created, ago(job.createdAt));
    cells.created.title = time(job.createdAt);
  }

  return { element, update };
}

const cell = (label, kind = null) => h("td", { "data-label": label, class: kind });
const labelled = (label, child) => h("td", { "data-label": label }, child);

/** Up and down go from list to list. */
function moveFocus(event) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const row = event.target.closest("tr");
  const next = event.key === "ArrowDown" ? row?.nextElementSibling : row?.previousElementSibling;
  if (!next) return;
  event.preventDefault();
  next.querySelector("a").focus();
}
