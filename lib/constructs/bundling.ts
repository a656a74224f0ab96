/**
 * How a function's entry becomes the one file that is deployed. The benchmarks bundle by the same options, so what they
 * measure is what runs.
 *
 * Bundling happens inside this process, all functions in one go: they share most of their modules, which are then read
 * once. Of 33 functions on two busy cores that took 6.1 s and gave the same bytes as one after another in 25.2 s;
 * `NodejsFunction` starts a shell and another Node for each, which took twice as long again.
 */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { AssetHashType, DockerImage } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import { buildSync } from "esbuild";
import type { BuildOptions, Metafile } from "esbuild";

/** The repository's root; entries and assets are named from here. */
export const ROOT = join(import.meta.dirname, "../..");

/** Where the entries live. */
const FUNCTIONS_DIR = join(ROOT, "functions");

/** The file in every bundle; its export `handler` is the function. */
export const BUNDLE_FILE = "index.mjs";

const PLAIN_JMESPATH = fileURLToPath(new URL("./plain-jmespath.ts", import.meta.url));

/**
 * Packages that our own modules stand in for. The SDK's chain of credential providers is a fifth of a bundle, of which
 * Lambda can use one link; Powertools brings a whole query language of which we use a name.
 */
const STAND_INS = {
  "@aws-sdk/credential-provider-node": fileURLToPath(new URL("./lambda-credentials.ts", import.meta.url)),
  "@aws-lambda-powertools/jmespath/functions": PLAIN_JMESPATH,
  "@aws-lambda-powertools/jmespath": PLAIN_JMESPATH,
};

/**
 * One ESM file with the AWS SDK inside: the SDK's ESM build imports in half the time of its CommonJS build. Nothing in
 * our bundles calls `require` at run time, so they carry no stand-in for it; a test notices when that changes.
 */
const OPTIONS = {
  absWorkingDir: ROOT,
  bundle: true,
  minify: true,
  format: "esm",
  platform: "node",
  target: "node24",
  mainFields: ["module", "main"],
  external: [],
  alias: STAND_INS,
  sourcemap: false,
  legalComments: "none",
  metafile: true,
  logLevel: "silent",
  write: false,
} as const satisfies BuildOptions;

/**
 * How one entry alone is bundled.
 * @param entry below `functions/`, for example `api/audit.lambda.ts`
 */
export const bundleOptions = (entry: string) =>
  ({ ...OPTIONS, entryPoints: [join(FUNCTIONS_DIR, entry)], outfile: BUNDLE_FILE }) as const satisfies BuildOptions;

/** One entry's bundle, and what esbuild says of it. */
export interface Bundle {
  readonly text: string;
  readonly output: Metafile["outputs"][string];
}

/** Bundles these entries at once, by name. Throws esbuild's own message when one can't be built. */
export const bundleEntries = (
  entries: readonly string[],
  more: Pick<BuildOptions, "minify"> = {},
): ReadonlyMap<string, Bundle> => {
  const entryPoints = entries.map((entry) => join(FUNCTIONS_DIR, entry));
  const outdir = join(ROOT, "cdk.out"); // nothing is written
  const built = buildSync({ ...OPTIONS, ...more, entryPoints, outdir, outbase: FUNCTIONS_DIR });
  return new Map(
    built.outputFiles.flatMap(({ path, text }) => {
      const output = built.metafile.outputs[relative(ROOT, path)];
      if (output?.entryPoint === undefined) return [];
      return [[relative(FUNCTIONS_DIR, join(ROOT, output.entryPoint)), { text, output }] as const];
    }),
  );
};

const allEntries = (): readonly string[] =>
  readdirSync(FUNCTIONS_DIR, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".lambda.ts"));

/** Every file that a part of some function's bundle comes from, from the root. */
export const bundledInputs = (): readonly string[] => [
  ...new Set([...bundleEntries(allEntries()).values()].flatMap(({ output }) => Object.keys(output.inputs))),
];

type Texts = ReadonlyMap<string, string>;

const bundleAll = (): Texts =>
  new Map([...bundleEntries(allEntries())].map(([entry, { text }]) => [entry, text] as const));

/** Where bundles come from that somebody has made of these very sources before; see `keepBundlesIn`. */
let kept: ((make: () => Texts) => Texts) | undefined;

/**
 * Has bundles taken from where they are kept, as long as what they are made of is the same. For a machine that starts the
 * gateway again and again; what deploys is bundled afresh.
 */
export const keepBundlesIn = (keep: (make: () => Texts) => Texts): void => {
  kept = keep;
};

let all: Texts | undefined;

/** The text of one entry's bundle; the first call bundles them all. */
const bundle = (entry: string): string => {
  all ??= kept === undefined ? bundleAll() : kept(bundleAll);
  const found = all.get(entry);
  if (found === undefined) throw new Error(`There is no functions/${entry} to bundle.`);
  return found;
};

/** Writes one entry's bundle into a directory, as it is deployed. */
export const bundleInto = (entry: string, directory: string): void => {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, BUNDLE_FILE), bundle(entry));
};

/** A function's code. Not built for stacks that the context `aws:cdk:bundling-stacks` leaves out. */
export const bundledCode = (entry: string): Code =>
  Code.fromAsset(FUNCTIONS_DIR, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry("not-used"),
      // Two assets with the same source and the same command are one to the CDK, which then bundles only the first.
      command: [entry],
      local: {
        tryBundle: (directory) => {
          bundleInto(entry, directory);
          return true;
        },
      },
    },
  });
