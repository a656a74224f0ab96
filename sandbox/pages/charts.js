/**
 * One card of the metrics page: a graph of the dashboard as a chart, with its lines below and their newest values. What
 * counts is drawn as columns, one on the other; what is measured as lines.
 */
import uPlot from "/__sandbox/uplot.js";

const PALETTE = 8;
/** Half as wide as a point is, of a chart's width. */
const POINT = 0.012;
/** More lines than this are summed up in words. */
const MOST_LINES = 8;

const variable = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A colour of the style sheet as the canvas takes it: the style sheet knows whether it is light or dark. */
const resolved = (name) => {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
};

const UNITS = {
  ms: (value) => (value >= 1_000 ? `${trimmed(value / 1_000)} s` : `${Math.round(value)} ms`),
  s: (value) => (value >= 120 ? `${trimmed(value / 60)} min` : `${trimmed(value)} s`),
  "%": (value) => `${trimmed(value)} %`,
};
const trimmed = (value) => String(Number(value.toFixed(value < 10 ? 1 : 0)));
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

const wordsOf = (value, unit) => {
  if (value === null || value === undefined) return "–";
  return UNITS[unit]?.(value) ?? `${compact.format(value)}${unit === "" ? "" : ` ${unit}`}`;
};

const unitOf = (line, graph) => (line.axis === "right" ? "%" : graph.unit);

const total = ({ values }) => values.reduce((sum, value) => sum + (value ?? 0), 0);

/** Lines that have something to show, the largest first where they are stacked. */
const shownOf = ({ lines, stacked }) => {
  const shown = lines.filter(({ values, axis }) =>
    values.some((value) => value !== null && (axis === "right" || value > 0)),
  );
  if (lines.length > MOST_LINES || stacked)
    shown.sort((a, b) => Number(a.axis === "right") - Number(b.axis === "right") || total(b) - total(a));
  return { shown: shown.slice(0, MOST_LINES), more: shown.length - MOST_LINES };
};

/** What a legend says of a line: the sum of what adds up, else the newest value there is. */
const told = (line, index) => {
  if (index !== null) return line.values[index] ?? null;
  if (line.adds) return total(line);
  return line.values.findLast((value) => value !== null) ?? null;
};

/** Each stacked line on those before it. */
const piled = (lines, stacked) => {
  if (!stacked) return lines.map(({ values }) => values);
  const ground = lines[0]?.values.map(() => 0) ?? [];
  return lines.map(({ values, axis }) => {
    if (axis === "right") return values;
    return values.map((value, index) => {
      ground[index] += value ?? 0;
      return value === null && ground[index] === 0 ? null : ground[index];
    });
  });
};

const columns = uPlot.paths.bars({ size: [0.7, 40] });

const series = (line, color, stacked) => {
  const isColumn = stacked && line.axis === "left";
  return {
    scale: line.axis === "right" ? "right" : "y",
    stroke: color,
    width: isColumn ? 0 : 2,
    ...(isColumn
      ? { fill: color, paths: columns, points: { show: false } }
      : { spanGaps: true, points: { show: true, size: 6, fill: color } }),
  };
};

/** Steps of an axis that counts: there is no half a payment. */
const WHOLE = [1, 2, 5]
  .flatMap((digit) => Array.from({ length: 8 }, (_unused, power) => digit * 10 ** power))
  .sort((a, b) => a - b);

const axesOf = (graph, lines) => {
  const [stroke, grid] = [resolved("--quiet"), { stroke: resolved("--grid"), width: 1 }];
  const font = `12px ${variable("font-family") || "system-ui, sans-serif"}`;
  const shared = { stroke, grid, font, ticks: { show: false } };
  const axes = [
    { ...shared, grid: { show: false }, size: 28, space: 56, values: (_plot, times) => times.map(clockOf) },
    {
      ...shared,
      size: 52,
      space: 28,
      ...(graph.unit === "" ? { incrs: WHOLE } : {}),
      values: (_plot, values) => values.map((value) => wordsOf(value, graph.unit)),
    },
  ];
  const hasRight = lines.some(({ axis }) => axis === "right");
  const right = {
    ...shared,
    grid: { show: false },
    scale: "right",
    side: 1,
    size: 48,
    values: (_plot, values) => values.map((value) => `${value} %`),
  };
  return hasRight ? [...axes, right] : axes;
};

const clockOf = (seconds) =>
  new Date(seconds * 1_000).toLocaleTimeString("en-KE", { hour: "2-digit", minute: "2-digit", hour12: false });

/** Half a step more on either side, and room for a point, so that the first and the last are whole. */
const wholeSteps = ({ data: [times] }, least, most) => {
  const half = times.length > 1 ? (times[1] - times[0]) / 2 : 30;
  const room = Math.max(half, (most - least) * POINT);
  return [least - room, most + room];
};

/** Whole numbers from nought up, with room above the highest. */
const fromNought = (_plot, _least, most) => [0, most === null || most <= 0 ? 1 : most * 1.1];

const optionsOf = (graph, lines, { width, height, colors, onPoint }) => ({
  width,
  height,
  padding: [8, 0, 0, 0],
  legend: { show: false },
  cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
  scales: { x: { time: true, range: wholeSteps }, y: { range: fromNought }, right: { range: () => [0, 100] } },
  axes: axesOf(graph, lines),
  // What is on top is drawn first, so that what is below covers the rest of its column.
  series: [{}, ...lines.map((line, index) => series(line, colors[index], graph.stacked))],
  hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)] },
});

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

/** A card that shows one graph and goes on showing it. */
export const createChart = () => {
  const heading = element("h3");
  const plot = element("div", { className: "plot" });
  const nothing = element("p", { className: "nothing", textContent: "Nothing yet" });
  const legend = element("ul");
  const card = element("article", { className: "chart" }, heading, plot, nothing, legend);
  let drawn = null;
  let shape = "";
  let last = null;

  const tell = (graph, { shown, more }, colors, index) => {
    const entries = shown.map((line, at) => {
      const swatch = element("i");
      swatch.style.background = colors[at];
      return element(
        "li",
        {},
        swatch,
        line.label.replaceAll("_", " "),
        element("b", { textContent: wordsOf(told(line, index), unitOf(line, graph)) }),
      );
    });
    legend.replaceChildren(...entries, ...(more > 0 ? [element("li", { textContent: `and ${more} more` })] : []));
  };

  const draw = (graph, steps) => {
    last = [graph, steps];
    heading.textContent = graph.title;
    const picked = shownOf(graph);
    const { shown } = picked;
    plot.hidden = legend.hidden = shown.length === 0;
    nothing.hidden = shown.length > 0;
    if (shown.length === 0) {
      drawn?.destroy();
      drawn = null;
      return;
    }
    const colors = shown.map(({ color }, index) => color ?? resolved(`--line-${(index % PALETTE) + 1}`));
    const order = graph.stacked ? [...shown.keys()].reverse() : [...shown.keys()];
    const values = piled(shown, graph.stacked);
    const data = [steps.map((at) => at / 1_000), ...order.map((index) => values[index])];
    const size = { width: plot.clientWidth, height: plot.clientHeight };
    const now = JSON.stringify([shown.map(({ label }) => label), colors, size, graph.unit]);
    if (drawn !== null && now === shape) drawn.setData(data);
    else {
      drawn?.destroy();
      const onPoint = (index) => tell(last[0], shownOf(last[0]), colors, index);
      const inOrder = order.map((index) => shown[index]);
      const options = optionsOf(graph, inOrder, { ...size, colors: order.map((index) => colors[index]), onPoint });
      drawn = new uPlot(options, data, plot);
      shape = now;
    }
    tell(graph, picked, colors, drawn.cursor.idx ?? null);
    const words = shown.map((line) => `${line.label} ${wordsOf(told(line, null), unitOf(line, graph))}`);
    plot.setAttribute("role", "img");
    plot.setAttribute("aria-label", `${graph.title}: ${words.join(", ")}`);
  };
  return { card, draw, redraw: () => last !== null && draw(...last) };
};
