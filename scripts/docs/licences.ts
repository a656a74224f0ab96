/**
 * The licences of all code of others that leaves with a deployment: in the functions' bundles and in the pages. What must
 * stay true: the list comes from the bundles themselves, and a licence that nobody agreed to stops the documentation.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import type { Metafile } from "esbuild";
import * as z from "zod";
import { ROOT, bundledInputs } from "../../lib/constructs/bundling.ts";
import { MarkerMistake, code, table } from "./markdown.ts";

/** Licences that ask for no more than their notice; whoever adds one has read it. */
const AGREED = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "Unlicense"];

const Manifest = z.object({ name: z.string(), version: z.string(), license: z.string() });
type Manifest = z.infer<typeof Manifest>;

/** Whatever is loaded by a browser from the pages. */
const PAGE_ENTRIES = ["web/checkout/src/main.tsx", "web/button/src/malipo-button.ts", "web/client/src/malipo.ts"];

/** Shipped to the documentation as one file that its package has bundled. */
const SHIPPED_WHOLE = ["@scalar/fastify-api-reference"];

const bundledInPages = (): Metafile["inputs"] =>
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: PAGE_ENTRIES,
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    outdir: "unused",
    loader: { ".css": "empty" },
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "silent",
  }).metafile.inputs;

const PACKAGE = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

const packagesOf = (inputs: readonly string[]): readonly string[] => [
  ...new Set(inputs.flatMap((input) => PACKAGE.exec(input)?.[0] ?? [])),
];

const manifestIn = (directory: string): Manifest => {
  const read = Manifest.safeParse(JSON.parse(readFileSync(join(ROOT, directory, "package.json"), "utf8")));
  if (!read.success) throw new MarkerMistake(`${directory} names no licence`);
  if (!AGREED.includes(read.data.license))
    throw new MarkerMistake(`${read.data.name} is under ${read.data.license}, which nobody has agreed to`);
  return read.data;
};

const rowsOf = (where: string, directories: readonly string[]): (readonly string[])[] =>
  directories
    .map(manifestIn)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, version, license }) => [code(name), version, license, where]);

/** One line for each package: its name, version, licence, and where its code goes. */
export const licences = (): string =>
  table(
    ["package", "version", "licence", "part of"],
    [
      ...rowsOf("functions", packagesOf(bundledInputs())),
      ...rowsOf("pages", packagesOf(Object.keys(bundledInPages()))),
      ...rowsOf(
        "documentation",
        SHIPPED_WHOLE.map((name) => `node_modules/${name}`),
      ),
    ],
  );
