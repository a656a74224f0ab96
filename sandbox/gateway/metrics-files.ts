/**
 * The page of metrics at `/metrics`: the dashboard of the template and its alarms, as this sandbox has them, and the runbook
 * that the alarms name. The page only reads; nothing of the control port can be done through it.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

import { viewOfAlarm } from "../aws/metrics/alarm-view.ts";
import type { Metrics } from "../aws/metrics/metrics.ts";

/** A file with its type. */
export type PageFile = readonly [type: string, body: Buffer];

/** Minutes that can be looked at, with the minutes of one step. */
const SPANS: Readonly<Record<string, { readonly minutes: number; readonly step: number }>> = {
  "/__sandbox/metrics/15.json": { minutes: 15, step: 1 },
  "/__sandbox/metrics/60.json": { minutes: 60, step: 1 },
  "/__sandbox/metrics/360.json": { minutes: 360, step: 5 },
};

const HTML = "text/html; charset=utf-8";
const CSS = "text/css; charset=utf-8";
const SCRIPT = "text/javascript; charset=utf-8";

/** The library that draws, as npm has it. */
const UPLOT = path.dirname(createRequire(import.meta.url).resolve("uplot"));
const RUNBOOK = new URL("../../docs/runbook.md", import.meta.url);

const page = (name: string): Buffer => readFileSync(new URL(`../pages/${name}`, import.meta.url));
const ofUplot = (name: string): Buffer => readFileSync(path.join(UPLOT, name));

const runbook = async (logo: string): Promise<Buffer> => {
  const { markdownPage } = await import("../../web/docs/markdown.ts");
  const place = { file: "runbook.md", pageOf: () => null, codePage: () => null };
  const { title, html } = markdownPage(readFileSync(RUNBOOK, "utf8"), place);
  const frame = page("runbook.html").toString("utf8").replace("{{logo}}", logo);
  return Buffer.from(frame.replaceAll("{{title}}", title).replace("{{html}}", () => html));
};

/** Answers for the page's files; null for other paths. `logo` is the mark in the page's head, as SVG. */
export const createMetricsFiles = (
  metrics: Pick<Metrics, "alarms" | "draw">,
  logo: string,
): ((address: string) => Promise<PageFile | null>) => {
  const files: Readonly<Record<string, () => PageFile | Promise<PageFile>>> = {
    "/metrics": () => [HTML, Buffer.from(page("metrics.html").toString("utf8").replace("{{logo}}", logo))],
    "/__sandbox/metrics.css": () => [CSS, page("metrics.css")],
    "/__sandbox/metrics.js": () => [SCRIPT, page("metrics.js")],
    "/__sandbox/charts.js": () => [SCRIPT, page("charts.js")],
    "/__sandbox/uplot.css": () => [CSS, ofUplot("uPlot.min.css")],
    "/__sandbox/uplot.js": () => [SCRIPT, ofUplot("uPlot.esm.js")],
    "/__sandbox/runbook": async () => [HTML, await runbook(logo)],
  };
  return async (address) => {
    const span = SPANS[address];
    if (span === undefined) return (await files[address]?.()) ?? null;
    const alarms = (await metrics.alarms()).map(viewOfAlarm);
    const seen = { ...metrics.draw(span.minutes, span.step), step_minutes: span.step, alarms };
    return ["application/json", Buffer.from(JSON.stringify(seen))];
  };
};
