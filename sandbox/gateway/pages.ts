/** The sandbox's own page at `/`, what runs where, with the addresses filled in; and the checkout's. */
import { readFileSync } from "node:fs";

import { createCheckoutFiles } from "./checkout-files.ts";
import type { Pages } from "./gateway.ts";

const HEADERS = [
  ["cache-control", "no-store"],
  [
    "content-security-policy",
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  ],
  ["referrer-policy", "no-referrer"],
  ["x-content-type-options", "nosniff"],
] as const;

const read = (name: string): string => readFileSync(new URL(`../pages/${name}`, import.meta.url), "utf8");

const handset = (simulatorUrl: string): string =>
  `<li><a href="${simulatorUrl}/"><strong>Handset</strong><span>A phone that rings: type a PIN, cancel, ignore</span></a></li>`;

export type PageAddresses = {
  readonly url: string;
  /** Null when another Daraja server stands in for the simulator; the page then shows no handset. */
  readonly simulatorUrl: string | null;
};

export const createPages = ({ url, simulatorUrl }: PageAddresses): Pages => {
  const page = read("index.html")
    .replaceAll("{{gateway}}", url)
    .replace("{{handset}}", simulatorUrl === null ? "" : handset(simulatorUrl));
  const files = new Map<string, readonly [type: string, body: Buffer]>([
    ["/", ["text/html; charset=utf-8", Buffer.from(page)]],
    ["/__sandbox/page.css", ["text/css; charset=utf-8", Buffer.from(read("page.css"))]],
  ]);
  const checkout = createCheckoutFiles();
  return async (path) => {
    const file = files.get(path);
    if (file === undefined) return checkout(path);
    return { status: 200, headers: [["content-type", file[0]], ...HEADERS], body: file[1] };
  };
};
