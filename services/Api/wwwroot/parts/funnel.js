// From what was fetched to what is in the audience, step by step, and the equation that always holds.
import { h, setShare, setText } from "../lib/dom.js";
import { number } from "../lib/format.js";

const steps = [
  ["Fetched", (p) => p.membersFetched, () => ""],
  ["With a valid e-mail", (p) => p.membersFetched - p.invalid - p.withoutEmail, (p) => lost(p.withoutEmail, "without e-mail", p.invalid, "invalid")],
  ["Inserted, each once", (p) => p.inserted, (p) => lost(p.duplicates, "duplicates")],
];

export function funnel() {
  const rows = steps.map(([name]) => {
    const [bar, value, note] = [h("div", { class: "bar" }, h("span", { class: "bar-fill" })), h("strong", null), h("span", { class: "hint" })];
    return { bar, value, note, element: h("li", null, h("p", null, h("span", null, name), value), bar, note) };
  });
  const [equation, refreshed] = [h("p", { class: "equation" }), h("p", { class: "equation" })];
  const element = h("div", null, h("ol", { class: "funnel" }, rows.map((row) => row.element)), equation, refreshed);

  return {
    element,
    update({ progress: p, kind }) {
      steps.forEach(([, count, note], i) => {
        setText(rows[i].value, number(count(p)));
        setText(rows[i].note, note(p));
        setShare(rows[i].bar, p.membersFetched === 0 ? 0 : count(p) / p.membersFetched);
      });
      setText(refreshed, kind === "create" ? "" : `${number(p.inserted)} new, ${number(p.changed)} changed, ${number(p.duplicates - p.changed)} the same, ${number(p.missing)} missing`);
      setText(equation, `${number(p.membersFetched)} fetched = ${number(p.inserted)} inserted + ${number(p.duplicates)} duplicates + ${number(p.invalid)} invalid + ${number(p.withoutEmail)} without e-mail`);
    },
  };
}

function lost(...pairs) {
  const parts = [];
  for (let i = 0; i < pairs.length; i += 2) if (pairs[i] > 0) parts.push(`${number(pairs[i])} ${pairs[i + 1]}`);
  return parts.length === 0 ? "" : `− ${parts.join(", ")}`;
}
