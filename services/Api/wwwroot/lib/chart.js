// Charts by uPlot, in the page's colours. A chart says in words what it shows, for those who do not see it.
import uPlot from "../vendor/uplot/uPlot.esm.js";
import { h, setAttribute } from "./dom.js";
import { compact } from "./format.js";

// Nobody is half a member, and no job half done.
const whole = Array.from({ length: 12 }, (_, power) => [1, 2, 5].map((one) => one * 10 ** power)).flat();
const font = "12px system-ui, sans-serif";

/**
 * @param kind "area" for what flows, "bars" for what is counted by day
 * @param series [{ label, color }], color being the name of a custom property
 * @param signal ends it
 */
export function chart({ label, kind = "area", series, height = 180, dates = false, signal }) {
  const place = h("div", { class: "plot", role: "img", "aria-label": label });
  const legend = h("p", { class: "legend", "aria-hidden": "true" },
    series.map((one) => h("span", { class: `key ${one.color.slice(2)}` }, one.label)));
  const element = h("div", { class: "chart" }, place);
  let plot = null;
  let data = null;

  // A canvas knows no custom properties; an element that has the colour tells its value.
  function style(name) {
    place.style.color = `var(${name})`;
    return getComputedStyle(place).color;
  }

  function draw() {
    plot?.destroy();
    plot = null;
    if (data === null || place.clientWidth === 0) return;
    plot = new uPlot(options(), data, place);
  }

  function options() {
    const axis = { stroke: style("--muted"), font, grid: { stroke: style("--line"), width: 1 }, ticks: { show: false } };
    return {
      width: place.clientWidth, height, legend: { show: false }, padding: [8, 22, 0, 0],
      cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
      scales: { x: { time: true }, y: { range: (_, min, max) => [0, Math.max(max * 1.1, 1)] } },
      axes: [
        { ...axis, size: 28, grid: { show: false }, space: 76, values: dates ? (_, times) => times.map(dayOf) : (_, times) => times.map(timeOf) },
        { ...axis, size: 52, incrs: whole, values: (_, values) => values.map(compact) },
      ],
      series: [{}, ...series.map((one) => line(one))],
      hooks: { setCursor: [tip], ready: [(u) => u.over.append(tooltip)] },
    };
  }

  function line({ color }) {
    const stroke = style(color);
    if (kind === "bars") return { stroke, fill: stroke, width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.7, 28] }) };
    return { stroke, fill: `color-mix(in srgb, ${stroke} 13%, transparent)`, width: 2, points: { show: false } };
  }

  const tooltip = h("div", { class: "tip", "aria-hidden": "true", hidden: true });
  function tip(u) {
    const at = u.cursor.idx;
    tooltip.hidden = at === null || at === undefined;
    if (tooltip.hidden) return;
    const values = series.map((one, i) => `${one.label}: ${compact(Math.round(one.read ? one.read(at) : u.data[i + 1][at] ?? 0))}`);
    tooltip.textContent = [(dates ? dayOf : timeOf)(u.data[0][at]), ...values].join(" · ");
    tooltip.style.transform = `translateX(${Math.max(0, Math.min(u.cursor.left - tooltip.offsetWidth / 2, u.over.clientWidth - tooltip.offsetWidth))}px)`;
  }

  const resized = new ResizeObserver(() => (plot && place.clientWidth > 0 ? plot.setSize({ width: place.clientWidth, height }) : draw()));
  resized.observe(place);
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", draw, { signal });
  addEventListener("themechange", draw, { signal });
  signal.addEventListener("abort", () => {
    resized.disconnect();
    plot?.destroy();
    plot = null;
  });

  return {
    element, legend,
    show(next, words = null) {
      data = next;
      if (words !== null) setAttribute(place, "aria-label", `${label}: ${words}`);
      if (plot) plot.setData(data);
      else draw();
    },
  };
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const calendar = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
const timeOf = (seconds) => clock.format(new Date(seconds * 1000));
const dayOf = (seconds) => calendar.format(new Date(seconds * 1000));
