// Starts the dashboard: the frame, who is signed in, and which page is shown.
import { fill, h } from "./lib/dom.js";
import { jobs } from "./lib/jobs.js";
import { match, route } from "./lib/router.js";
import { onSession, session, takeFromAddress } from "./lib/session.js";
import { applyTheme } from "./lib/theme.js";
import { failure, heading } from "./parts/state.js";
import { shell } from "./parts/shell.js";
import { offerPage, signInPage } from "./pages/signIn.js";

/** Pages are loaded when they are asked for. Each exports show({ main, parameters, query, signal }) and returns its title. */
const pages = {
  "/": "overview", "/jobs": "jobs", "/jobs/:id": "job", "/audiences": "audiences", "/audiences/:id": "audience", "/connections": "connections",
  "/workers": "workers", "/queues": "queues", "/dead-letters": "deadLetters", "/stats": "stats",
};
for (const [pattern, name] of Object.entries(pages)) route(pattern, () => import(`./pages/${name}.js`));

const app = document.getElementById("app");
let frame = null;
let shown = new AbortController();

applyTheme();
let [reason, offer] = [null, null];
take();
onSession((why) => {
  reason = why;
  begin();
});
addEventListener("hashchange", () => {
  take();
  show();
});
begin();

function take() {
  const taken = takeFromAddress();
  if (taken === null) return;
  reason = taken.problem;
  offer = taken.offer;
}

function begin() {
  if (session.isOpen) {
    offer = null;
    frame = shell();
    fill(app, frame.element);
    jobs.open();
  } else {
    jobs.close();
    frame = null;
  }
  show();
}

async function show() {
  shown.abort();
  shown = new AbortController();
  const { signal } = shown;
  document.querySelectorAll("dialog").forEach((dialog) => dialog.close());
  if (offer !== null || !session.isOpen) {
    document.title = "Sign in · BatchBus";
    fill(app, offer === null ? signInPage(reason) : offerPage(offer, () => { offer = null; begin(); }));
    reason = null;
    return;
  }
  const found = match();
  frame.select(found?.path ?? "");
  const main = frame.fresh();
  try {
    if (!found) {
      main.dataset.address = location.hash;
      fill(main, heading("There is no such page", { lead: "Choose one from the menu." }));
      return;
    }
    const { show: showPage } = await found.page();
    if (signal.aborted) return;
    main.dataset.address = location.hash;
    document.title = `${showPage({ main, parameters: found.parameters, query: found.query, signal })} · BatchBus`;
    // Who came by keyboard or with a screen reader goes on at the new page, not in the menu.
    main.querySelector("h1")?.focus({ preventScroll: true });
    scrollTo(0, 0);
  } catch (e) {
    fill(main, heading("This page cannot be shown"), failure(e));
  }
}
