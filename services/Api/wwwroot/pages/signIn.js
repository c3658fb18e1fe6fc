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
  return h("main", { class: "sign-in", id: "main" },
    h("p", { class: "brand" }, h("img", { src: "/icon.svg", alt: "", width: 40, height: 40 })),
    h("h1", null, "Sign in to BatchBus"),
    reason && h("p", { class: "notice", role: "alert" }, reason),
    element,
    h("p", { class: "hint" }, "On your own machine, ", h("code", null, "./batchbus up"), " prints an address that is signed in already, and ",
      h("code", null, "./batchbus token"), " a token to paste here."));
}
