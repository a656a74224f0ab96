/** Every function's bundle, and those that it is compared with, all made by the options that deploy. */
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildSync } from "esbuild";
import type { BuildOptions } from "esbuild";
import { FUNCTIONS } from "../lib/functions.ts";
import { BUNDLE_FILE, ROOT, bundleInto, bundleOptions } from "../lib/constructs/bundling.ts";

export interface Bundle {
  readonly name: string;
  readonly bytes: number;
  /** For `import()`. */
  readonly url: string;
}

const inspect = (name: string, directory: string): Bundle => {
  const file = join(directory, BUNDLE_FILE);
  return { name, bytes: statSync(file).size, url: pathToFileURL(file).href };
};

const build = (module: string, target: string, options: Pick<BuildOptions, "alias">): void => {
  mkdirSync(target, { recursive: true });
  buildSync({
    ...bundleOptions("unused"),
    ...options,
    entryPoints: [join(ROOT, "bench", `${module}.ts`)],
    outfile: join(target, BUNDLE_FILE),
    write: true,
  });
};

/** Bundles one of this directory's own modules into `directory`/`name`. */
export const bundleOwn = (name: string, directory: string): Bundle => {
  const target = join(directory, name);
  build(name, target, {});
  return inspect(name, target);
};

/** The same with every package as it is published: what the stand-ins of `bundleOptions` save. */
export const bundleAsPublished = (name: string, directory: string): Bundle => {
  const target = join(directory, `${name}-as-published`);
  build(name, target, { alias: {} });
  return inspect(name, target);
};

/** Bundles every function into `directory`. */
export const bundleFunctions = (directory: string): readonly Bundle[] =>
  Object.entries(FUNCTIONS).map(([name, { entry }]) => {
    const target = join(directory, name);
    bundleInto(entry, target);
    return inspect(name, target);
  });
