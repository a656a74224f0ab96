/**
 * The handset page's files, read once. Only the names listed here are served; everything the page runs comes from these
 * files, which is what lets its Content-Security-Policy forbid all else.
 */
import { readFile } from "node:fs/promises";
import type { Answer } from "./core/exchange.ts";

const files: Readonly<Record<string, { readonly file: string; readonly type: string }>> = {
  "/": { file: "pages/index.html", type: "text/html; charset=utf-8" },
  "/handset.css": { file: "pages/handset.css", type: "text/css; charset=utf-8" },
  "/handset.js": { file: "pages/handset.js", type: "text/javascript; charset=utf-8" },
  "/phone.js": { file: "pages/phone.js", type: "text/javascript; charset=utf-8" },
  "/pay-menu.js": { file: "pages/pay-menu.js", type: "text/javascript; charset=utf-8" },
  "/words.js": { file: "pages/words.js", type: "text/javascript; charset=utf-8" },
  "/wallpaper.svg": { file: "pages/wallpaper.svg", type: "image/svg+xml" },
  "/icon.svg": { file: "pages/icon.svg", type: "image/svg+xml" },
  "/simulator/certificate.pem": { file: "certificate/certificate.pem", type: "application/x-pem-file" },
};

const securityHeaders = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache",
};

/** The pages by path, as ready answers. */
export const readPageFiles = async (): Promise<ReadonlyMap<string, Answer>> => {
  const read = Object.entries(files).map(async ([path, { file, type }]): Promise<[string, Answer]> => {
    const body = await readFile(new URL(file, import.meta.url), "utf8");
    return [path, { kind: "answer", status: 200, headers: { ...securityHeaders, "content-type": type }, body }];
  });
  return new Map(await Promise.all(read));
};
