import { h } from "../lib/dom.js";
import { field, form } from "../lib/form.js";
import { ApiError } from "../lib/api.js";
import { signIn } from "../lib/session.js";

export function signInPage(reason) {
  const token = field("Access token", h("textarea", { name: "token", rows: 4, spellcheck: "false", autocomplete: "off" }),
    "From your app’s sign-in with Supabase. It stays in this tab’s memory, and is gone when the page is closed or loaded again.");
  const element = form({ token }, {
    action: "Sign in", content: [token.element],
    async submit() {
      const problem = signIn(token.control.value.trim());
      if (problem) throw new ApiError(0, problem, { token: [problem] });
    },
  });
  return page("Sign in to BatchBus",
    reason && h("p", { class: "notice", role: "alert" }, reason),
    element,
    h("p", { class: "hint" }, "On your own machine, ", h("code", null, "./batchbus up"), " prints an address that brings a token, and ",
      h("code", null, "./batchbus token"), " a token to paste here."));
}

/** For a token that came with the address; `decline` is what happens when it is not wanted. */
export function offerPage({ token, who }, decline) {
  const element = form({}, {
    action: "Sign in", cancel: decline, content: [h("p", null, "The address that you came by signs you in as ", h("strong", null, who), "."),
      h("p", { class: "hint" }, "Go on if you have just signed in there, or been given the address by someone you trust. Whatever you do here, and every key that you store, is that account’s.")],
    async submit() {
      const problem = signIn(token);
      if (problem) throw new ApiError(0, problem, {});
    },
  });
  return page(`Sign in as ${who}?`, element);
}

function page(title, ...content) {
  return h("main", { class: "sign-in", id: "main" },
    h("p", { class: "brand" }, h("img", { src: "/icon.svg", alt: "", width: 40, height: 40 })),
    h("h1", null, title), ...content);
}
