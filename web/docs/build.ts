/**
 * Builds the documentation's site from docs/: guides, a page for each code, the API reference. For the sandbox that serves it
 * and for the command that publishes it, so both have the same pages. Everything is made in memory, in well under a second;
 * files that never change are named after their content.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { transform } from "esbuild";
import { parse } from "yaml";
import * as z from "zod";
import { Codes } from "./codes.ts";
import { failurePages } from "./failure-pages.ts";
import { GUIDES, fileOf } from "./guides.ts";
import type { Guide } from "./guides.ts";
import { codeBlock } from "./html.ts";
import { indexPage } from "./index-page.ts";
import { markdownPage } from "./markdown.ts";
import type { MarkdownPlace } from "./markdown.ts";
import { problemPage } from "./problem-pages.ts";
import { referencePage, scalarScript } from "./reference.ts";
import { shell } from "./shell.ts";
import type { Page } from "./shell.ts";

export interface DocsFile {
  /** Below `docs/`, with slashes: `index.html`, `errors/not_found.html`, `assets/style-1f2e.css`. */
  readonly name: string;
  readonly body: Uint8Array;
}

export interface DocsOptions {
  /** Where the API is, without a slash at the end; null when it is at the address that the pages come from. */
  readonly apiBaseUrl: string | null;
}

const ROOT = new URL("../../", import.meta.url);
const read = (path: string): Promise<Buffer> => readFile(new URL(path, ROOT));
const readText = async (path: string): Promise<string> => (await read(path)).toString("utf8");

const OpenApi = z.looseObject({
  servers: z.array(z.looseObject({ url: z.string() })),
  paths: z.record(
    z.string(),
    z.record(z.string(), z.looseObject({ operationId: z.string(), tags: z.array(z.string()).min(1) })),
  ),
});
type OpenApi = z.infer<typeof OpenApi>;

/** A file that may be kept for ever, named after its content. */
const kept = (name: string, ending: string, body: Uint8Array): DocsFile => {
  const digest = createHash("sha256").update(body).digest("hex").slice(0, 12);
  return { name: `assets/${name}-${digest}.${ending}`, body };
};

const script = async (name: string, format: "esm" | "iife"): Promise<DocsFile> => {
  const source = await readText(`web/docs/page/${name}.ts`);
  const { code } = await transform(source, { loader: "ts", target: "es2022", minify: true, format });
  return kept(name, "js", Buffer.from(code));
};

const style = async (name: string): Promise<DocsFile> => {
  const { code } = await transform(await readText(`web/docs/page/${name}.css`), { loader: "css", minify: true });
  return kept(name, "css", Buffer.from(code));
};

const addressOf = ({ name }: DocsFile): string => `/docs/${name}`;

const makeAssets = async () => {
  const files = {
    style: await style("style"),
    referenceStyle: await style("reference"),
    script: await script("site", "esm"),
    starter: await script("reference", "iife"),
    scalar: kept("scalar", "js", await scalarScript()),
    icon: kept("icon", "svg", await read("web/checkout/public/icon.svg")),
  };
  const { style: sheet, referenceStyle, script: site, starter, scalar, icon } = files;
  const assets = {
    style: addressOf(sheet),
    referenceStyle: addressOf(referenceStyle),
    script: addressOf(site),
    starter: addressOf(starter),
    scalar: addressOf(scalar),
    icon: addressOf(icon),
  };
  return { files: Object.values(files), assets };
};

/** Programs that the guides speak of, each shown whole on a page of its own. */
const SAMPLES = [{ file: "samples/shop/shop.ts", address: "/docs/samples/shop", title: "The sample shop" }] as const;

const PAGES = new Map<string, string>([
  ["openapi.yaml", "/docs/api"],
  ...GUIDES.map((guide) => [fileOf(guide), `/docs/${guide.slug}`] as const),
  ...SAMPLES.map(({ file, address }) => [file, address] as const),
]);

const samplePage = async ({ file, address, title }: (typeof SAMPLES)[number]): Promise<Page> => ({
  title,
  address,
  description: `All of docs/${file}, to read and to copy.`,
  above: '<a href="/docs/quick-start">Quick start</a>',
  html: `<p>All of <code>docs/${file}</code> in the repository.</p>\n${codeBlock(await readText(`docs/${file}`), "ts")}`,
});

/** Headings that are codes lead to their own pages: problems in one document, payments' failures in another. */
const codePages = (codes: Codes): Readonly<Record<string, MarkdownPlace["codePage"]>> => {
  const problems = new Set(codes.problems.map(({ code }) => code));
  const failures = new Set(codes.payment_failures.map(({ code }) => code));
  return {
    "errors.md": (code) => (problems.has(code) ? `/docs/errors/${code}` : null),
    "failures.md": (code) => (failures.has(code) ? `/docs/failures/payments/${code}` : null),
  };
};

const guidePage = async (guide: Guide, codes: Codes): Promise<Page> => {
  const file = fileOf(guide);
  const { title, html, sections } = markdownPage(await readText(`docs/${file}`), {
    file,
    pageOf: (target) => PAGES.get(target) ?? null,
    codePage: codePages(codes)[file] ?? (() => null),
  });
  return { title, html, sections, description: guide.says, address: `/docs/${guide.slug}` };
};

const chaptersOf = (openApi: OpenApi): ((operation: string) => string) => {
  const tags = new Map(
    Object.values(openApi.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId, tags: [tag = ""] }) => [operationId, tag] as const),
    ),
  );
  return (operation) => tags.get(operation) ?? "";
};

const fileName = (address: string): string =>
  address === "/docs" ? "index.html" : `${address.slice("/docs/".length)}.html`;

/** All files of the site. Throws, with what is wrong, when a document can't become a page. */
export const buildDocs = async ({ apiBaseUrl }: DocsOptions): Promise<readonly DocsFile[]> => {
  const openApi = OpenApi.parse(parse(await readText("docs/openapi.yaml")));
  const codes = Codes.parse(JSON.parse(await readText("docs/codes.json")));
  const { files, assets } = await makeAssets();
  const servers = apiBaseUrl === null ? openApi.servers : [{ url: apiBaseUrl }];
  const pages = [
    indexPage(),
    ...(await Promise.all(GUIDES.map((guide) => guidePage(guide, codes)))),
    ...(await Promise.all(SAMPLES.map(samplePage))),
    ...codes.problems.map((problem) => problemPage(problem, chaptersOf(openApi))),
    ...failurePages(codes),
  ];
  return [
    ...files,
    { name: "openapi.json", body: Buffer.from(JSON.stringify({ ...openApi, servers })) },
    { name: "codes.json", body: Buffer.from(JSON.stringify(codes)) },
    ...pages.map((page) => ({ name: fileName(page.address), body: Buffer.from(shell(page, assets)) })),
    { name: "api.html", body: Buffer.from(referencePage(assets, apiBaseUrl === null)) },
  ];
};
