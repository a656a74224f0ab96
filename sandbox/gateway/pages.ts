/**
 * The sandbox's own pages: at `/` the first minute and what runs where, with the addresses filled in, at `/metrics` how the
 * stage is doing; the checkout's pages, and the documentation's.
 */
import { readFileSync } from "node:fs";

import type { Metrics } from "../aws/metrics/metrics.ts";
import { createCheckoutFiles } from "./checkout-files.ts";
import { createDocsFiles } from "./docs-files.ts";
import type { Pages } from "./gateway.ts";
import { createMetricsFiles } from "./metrics-files.ts";
import type { PageFile } from "./metrics-files.ts";

const HEADERS = [
  ["cache-control", "no-store"],
  [
    "content-security-policy",
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  ],
  ["referrer-policy", "no-referrer"],
  ["x-content-type-options", "nosniff"],
] as const;

const read = (name: string): string => readFileSync(new URL(`../pages/${name}`, import.meta.url), "utf8");

const LOGO = "../../web/checkout/public/icon.svg";

const handset = (simulatorUrl: string): string =>
  `<li><a href="${simulatorUrl}/"><strong>Handset</strong><span>A phone that rings: type a PIN, cancel, ignore</span></a></li>`;

const ring = (simulatorUrl: string): string =>
  `<li>The <a href="${simulatorUrl}/" target="_blank" rel="noopener">phone rings</a>: any four digits are its PIN. Watch the checkout turn green.</li>`;

const RING_ELSEWHERE = "<li>The phone rings where your Daraja server keeps it. Watch the checkout.</li>";

export type PageParts = {
  readonly url: string;
  /** Null when another Daraja server stands in for the simulator; the page then shows no handset. */
  readonly simulatorUrl: string | null;
  readonly metrics: Pick<Metrics, "alarms" | "draw">;
};

export const createPages = ({ url, simulatorUrl, metrics }: PageParts): Pages => {
  const logo = read(LOGO).replace("<svg", '<svg aria-hidden="true"');
  const page = read("index.html")
    .replaceAll("{{gateway}}", url)
    .replace("{{logo}}", logo)
    .replace("{{ring}}", simulatorUrl === null ? RING_ELSEWHERE : ring(simulatorUrl))
    .replace("{{handset}}", simulatorUrl === null ? "" : handset(simulatorUrl));
  const files = new Map<string, PageFile>([
    ["/", ["text/html; charset=utf-8", Buffer.from(page)]],
    ["/__sandbox/page.css", ["text/css; charset=utf-8", Buffer.from(read("page.css"))]],
    ["/__sandbox/page.js", ["text/javascript; charset=utf-8", Buffer.from(read("page.js"))]],
    ["/__sandbox/icon.svg", ["image/svg+xml", Buffer.from(read(LOGO))]],
  ]);
  const checkout = createCheckoutFiles();
  const docs = createDocsFiles();
  const watching = createMetricsFiles(metrics, logo);
  return async (path) => {
    const file = files.get(path) ?? (await watching(path)) ?? undefined;
    if (file === undefined) return (await checkout(path)) ?? docs(path);
    return { status: 200, headers: [["content-type", file[0]], ...HEADERS], body: file[1] };
  };
};
