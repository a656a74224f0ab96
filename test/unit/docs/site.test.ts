/** The documentation's site: every link leads somewhere, nothing comes from elsewhere, every code has its page. */
import vm from "node:vm";
import { beforeAll, describe, expect, it } from "vitest";
import { FILE_OF_PAGE } from "../../../lib/constructs/file-of-page.ts";
import { DOCS_PREFIX, cachingOf, fileOfAddress, policyOf, typeOfFile } from "../../../lib/page-headers.ts";
import { PROBLEMS } from "../../../functions/api/problems.ts";
import { FAILURE_CODES } from "../../../functions/domain/failures.ts";
import { PAYOUT_FAILURE_CODES } from "../../../functions/domain/payout-failures.ts";
import { REFUND_FAILURE_CODES } from "../../../functions/domain/refund-failures.ts";
import { buildDocs } from "../../../web/docs/build.ts";

const ORIGIN = "http://docs.test";

let files: ReadonlyMap<string, string>;
beforeAll(async () => {
  const built = await buildDocs({ apiBaseUrl: "https://api.example.co.ke" });
  files = new Map(built.map(({ name, body }) => [`/${DOCS_PREFIX}${name}`, Buffer.from(body).toString("utf8")]));
});

const pages = () => [...files].filter(([name]) => name.endsWith(".html"));
const attributes = (html: string, name: string): string[] =>
  [...html.matchAll(new RegExp(` ${name}="([^"]*)"`, "g"))].map((match) => match[1]!.replaceAll("&amp;", "&"));
const addressOf = (file: string): string => (file === "/docs/index.html" ? "/docs" : file.replace(/\.html$/, ""));

/** The places of the API reference, as its script names them. */
const operations = (): Set<string> => {
  const { paths } = JSON.parse(files.get("/docs/openapi.json")!) as {
    paths: Record<string, Record<string, { tags: [string] }>>;
  };
  const places = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { tags }]) => `#tag/${tags[0].toLowerCase().replaceAll(" ", "-")}/${method.toUpperCase()}${path}`,
    ),
  );
  return new Set(places);
};

/** What a link leads to that is not there; null when all is well. */
const dead = (from: string, href: string): string | null => {
  const { origin, pathname, hash } = new URL(href, ORIGIN + addressOf(from));
  if (origin !== ORIGIN) return null;
  const target = files.get(fileOfAddress(pathname));
  if (target === undefined) return `${from} leads to ${href}, which is no page`;
  if (hash === "") return null;
  const place = decodeURIComponent(hash);
  const isThere =
    pathname === "/docs/api" ? operations().has(place) : attributes(target, "id").includes(place.slice(1));
  return isThere ? null : `${from} leads to ${href}, where there is no such place`;
};

describe("the site", () => {
  it("has no dead link and no dead anchor", () => {
    const found = pages().flatMap(([file, html]) => attributes(html, "href").map((href) => dead(file, href)));
    expect(found.length).toBeGreaterThan(1_000);
    expect(found.filter((what) => what !== null)).toEqual([]);
  });

  it("loads nothing from elsewhere, and has neither script nor style inside its pages", () => {
    for (const [file, html] of pages()) {
      const loaded = [
        ...attributes(html, "src"),
        ...[...html.matchAll(/<link [^>]*href="([^"]+)"/g)].map((match) => match[1]!),
      ];
      expect(loaded.length, file).toBeGreaterThan(1);
      for (const address of loaded) expect(files.has(address), `${file} loads ${address}`).toBe(true);
      expect(html, file).not.toMatch(/<style|<script(?! (type="module" )?src=)| style="| on[a-z]+="/);
    }
  });

  it("names each place on a page once", () => {
    for (const [file, html] of pages()) {
      const ids = attributes(html, "id");
      expect(new Set(ids).size, file).toBe(ids.length);
    }
  });

  it("has a page for each problem, and for each reason for which money does not move", () => {
    const expected = [
      ...Object.keys(PROBLEMS).map((code) => `errors/${code}`),
      ...FAILURE_CODES.map((code) => `failures/payments/${code}`),
      ...PAYOUT_FAILURE_CODES.map((code) => `failures/payouts/${code}`),
      ...REFUND_FAILURE_CODES.map((code) => `failures/refunds/${code}`),
    ];
    for (const page of expected) expect(files.get(`/docs/${page}.html`), page).toContain(page.split("/").at(-1));
  });

  it("leads from a problem to every operation that answers with it, where the reference has it", () => {
    const html = files.get("/docs/errors/payment_in_progress.html")!;
    expect(attributes(html, "href")).toContain("/docs/api#tag/payments/POST/v1/payments");
    expect(attributes(html, "href")).toContain("/docs/api#tag/checkout/POST/v1/checkout-sessions/{id}/payments");
  });

  it("says whose API it describes, and lets requests be sent only from the API's own address", async () => {
    const described = JSON.parse(files.get("/docs/openapi.json")!) as { servers: { url: string }[] };
    expect(described.servers).toEqual([{ url: "https://api.example.co.ke" }]);
    expect(files.get("/docs/api.html")).toContain('data-may-try="no"');
    const own = await buildDocs({ apiBaseUrl: null });
    const page = own.find(({ name }) => name === "api.html");
    expect(Buffer.from(page!.body).toString("utf8")).toContain('data-may-try="yes"');
  });

  it("is made of files whose type is known, kept for ever where they are named after their content", () => {
    for (const name of files.keys()) {
      expect(typeOfFile(name), name).not.toBeNull();
      expect(cachingOf(name), name).toContain(
        name.includes("-") && name.includes("/assets/") ? "immutable" : "no-cache",
      );
    }
  });

  it("runs no script but its own anywhere, and takes styles from a script on the reference's page alone", () => {
    for (const name of files.keys()) {
      expect(policyOf(name)).toContain("script-src 'self';");
      expect(policyOf(name).includes("unsafe"), name).toBe(name === "/docs/api.html");
    }
  });
});

describe("an address", () => {
  const session = `/checkout/cks_${"0".repeat(26)}`;
  const ADDRESSES = [
    ["/docs", "/docs/index.html"],
    ["/docs/", "/docs/index.html"],
    ["/docs/quick-start", "/docs/quick-start.html"],
    ["/docs/errors/not_found/", "/docs/errors/not_found.html"],
    ["/docs/openapi.json", "/docs/openapi.json"],
    ["/docs/assets/site-1f2e.js", "/docs/assets/site-1f2e.js"],
    ["/docs/../secret", "/docs/../secret"],
    ["/docsx", "/docsx"],
    [session, "/checkout/index.html"],
    [`${session}/`, "/checkout/index.html"],
  ] as const;

  it.each(ADDRESSES)("%s is answered by %s, in the sandbox and at the edge", (address, file) => {
    expect(fileOfAddress(address)).toBe(file);
    const edge = vm.runInNewContext(`${FILE_OF_PAGE}; handler({ request: { uri: address } }).uri`, { address });
    expect(edge).toBe(file);
  });
});
