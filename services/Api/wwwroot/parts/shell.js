// The frame around every page: where one can go, who is signed in, whether the page is live.
import { fill, h, icon, setAttribute, setText } from "../lib/dom.js";
import { jobs } from "../lib/jobs.js";
import { link } from "../lib/router.js";
import { session, signOut } from "../lib/session.js";
import { applyTheme, nextTheme, theme } from "../lib/theme.js";
import { createList } from "./newList.js";

const own = [["/", "Overview"], ["/jobs", "Jobs"], ["/audiences", "Audiences"], ["/connections", "Connections"]];
const operations = [["/workers", "Workers"], ["/queues", "Queues"], ["/dead-letters", "Dead letters"], ["/stats", "History"]];
const states = { live: "Live", paused: "Paused while hidden", away: "Connecting…" };
const themes = { auto: ["auto", "Colours: as the system"], light: ["sun", "Colours: light"], dark: ["moon", "Colours: dark"] };

export function shell() {
  const main = h("main", { id: "main", tabindex: -1 });
  const links = new Map();
  const menu = h("nav", { id: "menu", "aria-label": "Main" }, list(own, links), session.isOperator && [h("h2", null, "Operations"), list(operations, links)]);
  const toggle = h("button", { type: "button", class: "bare menu-button", "aria-label": "Menu", "aria-controls": "menu", "aria-expanded": "false", onclick: () => open(toggle.getAttribute("aria-expanded") === "false") }, icon("menu"));
  const live = h("span", { class: "live" });
  const element = h("div", { class: "shell" },
    h("button", { type: "button", class: "skip", onclick: () => main.focus() }, "Skip to the page"),
    h("header", { class: "side" },
      h("div", { class: "brand" }, h("a", { href: link("/") }, h("img", { src: "/icon.svg", alt: "", width: 28, height: 28 }), "BatchBus"), live, toggle),
      h("button", { type: "button", class: "primary create", onclick: () => createList() }, icon("plus"), "Create batch list"),
      menu, foot()),
    main);

  function open(isOpen) {
    setAttribute(toggle, "aria-expanded", String(isOpen));
    element.classList.toggle("menu-open", isOpen);
  }

  const showState = () => {
    setAttribute(live, "data-state", jobs.state);
    setText(live, states[jobs.state]);
  };
  jobs.listen(showState);
  showState();

  return {
    element,
    select(path) {
      open(false);
      for (const [target, one] of links) setAttribute(one, "aria-current", target === path || (target !== "/" && path.startsWith(`${target}/`)) ? "page" : null);
    },
    /** An empty main part for the next page. */
    fresh() {
      delete main.dataset.address;
      return fill(main);
    },
  };
}

function list(pages, links) {
  return h("ul", null, pages.map(([path, name]) => {
    const one = h("a", { href: link(path) }, name);
    links.set(path, one);
    return h("li", null, one);
  }));
}

function foot() {
  const button = h("button", { type: "button", class: "bare", onclick: () => { applyTheme(nextTheme()); showTheme(); } });
  function showTheme() {
    const [picture, words] = themes[theme()];
    fill(button, icon(picture));
    setAttribute(button, "aria-label", words);
    setAttribute(button, "title", words);
  }
  showTheme();
  return h("div", { class: "who" },
    h("p", { title: session.user ?? "" }, session.name),
    button, h("a", { href: "/scalar", class: "quiet" }, "API"),
    h("button", { type: "button", class: "text", onclick: () => signOut("You are signed out.") }, "Sign out"));
}
