/**
 * One kind of world in one file, for the processes that live through many: without it each would read hundreds of modules and
 * turn them into JavaScript first, in a form that is slower by a tenth. What must stay true: the file's name says
 * what is in it, and equal code has an equal name on every machine, so results can be told apart by what they are about.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Plugin } from "esbuild";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
/** Two folders below the root: that is how the bundle finds its way back. */
const FOLDER = path.join(ROOT, ".cache", "worlds");

/** As in what is deployed (lib/constructs/bundling.ts): a name, where Powertools brings a whole query language. */
const PLAIN = path.join(ROOT, "lib/constructs/plain-jmespath.ts");

/** What packages in CommonJS expect to find, and where modules' own files are. */
const BANNER = [
  'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);',
  'const theRoot = new URL("../../", import.meta.url);',
].join("\n");

/** Our own modules read files that lie beside them: each keeps its own address. */
const ownAddresses: Plugin = {
  name: "own-addresses",
  setup(building) {
    building.onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
      const address = JSON.stringify(path.relative(ROOT, file).split(path.sep).join("/"));
      const contents = (await readFile(file, "utf8")).replaceAll(
        "import.meta.url",
        `new URL(${address}, theRoot).href`,
      );
      return { contents, loader: "ts" };
    });
  },
};

const DIGEST_LENGTH = 12;

export interface Bundle {
  readonly file: string;
  /** The beginning of the bundle's SHA-256 in hex: equal for equal code. */
  readonly digest: string;
}

/** Bundles that are kept: the present ones of every kind, and those of the last few changes. */
const MOST_KEPT = 12;

/** Long ago where another process has removed it meanwhile. */
const writtenAt = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

const forgetOld = (): void => {
  const made = readdirSync(FOLDER).map((name) => ({ name, at: writtenAt(path.join(FOLDER, name)) }));
  for (const { name } of made.toSorted((a, b) => b.at - a.at).slice(MOST_KEPT))
    rmSync(path.join(FOLDER, name), { force: true });
};

/** Bundles the worlds of one kind: `<kind>/world.ts`, which exports `live`. */
export const bundleWorld = async (world: string): Promise<Bundle> => {
  const entry = `import { live } from "../${world}/world.ts"; import { serve } from "./process.ts"; serve(live);`;
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: HERE, sourcefile: `search-${world}.ts`, loader: "ts" },
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    platform: "node",
    target: "node20",
    format: "esm",
    banner: { js: BANNER },
    alias: { "@aws-lambda-powertools/jmespath/functions": PLAIN, "@aws-lambda-powertools/jmespath": PLAIN },
    plugins: [ownAddresses],
    logLevel: "error",
  });
  const [{ contents } = { contents: new Uint8Array() }] = outputFiles;
  const digest = createHash("sha256").update(contents).digest("hex").slice(0, DIGEST_LENGTH);
  mkdirSync(FOLDER, { recursive: true });
  const file = path.join(FOLDER, `${digest}.mjs`);
  const whole = `${file}.${process.pid}`;
  writeFileSync(whole, contents);
  renameSync(whole, file);
  forgetOld();
  return { file, digest };
};
