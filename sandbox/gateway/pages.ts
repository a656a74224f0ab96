/** The sandbox's own page at `/`: what runs where. Static files with two addresses filled in. */
import { readFileSync } from "node:fs";

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

/** `simulatorUrl` is null when another Daraja server stands in for the simulator. */
export const createPages = ({ simulatorUrl }: { simulatorUrl: string | null }): Pages => {
  const page = read(simulatorUrl === null ? "without-simulator.html" : "index.html");
  const files = new Map<string, readonly [type: string, body: Buffer]>([
    ["/", ["text/html; charset=utf-8", Buffer.from(page.replaceAll("{{simulator}}", simulatorUrl ?? ""))]],
    ["/__sandbox/page.css", ["text/css; charset=utf-8", Buffer.from(read("page.css"))]],
  ]);
  return (path) => {
    const file = files.get(path);
    if (file === undefined) return null;
    return { status: 200, headers: [["content-type", file[0]], ...HEADERS], body: file[1] };
  };
};
