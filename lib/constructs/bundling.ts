/**
 * How a function's entry becomes the one file that is deployed. The benchmarks bundle by the same options, so what they
 * measure is what runs.
 *
 * Bundling happens inside this process: `NodejsFunction` starts a shell and another Node for each function, which took
 * twice as long for ours (8.2 s against 4.3 s for eight functions on two busy cores) and would give the benchmarks no
 * options to share.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AssetHashType, DockerImage } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import { buildSync } from "esbuild";
import type { BuildOptions } from "esbuild";

/** The repository's root; entries and assets are named from here. */
export const ROOT = join(import.meta.dirname, "../..");

/** Where the entries live. */
export const FUNCTIONS_DIR = join(ROOT, "functions");

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
 * @param entry below `functions/`, for example `api/audit.lambda.ts`
 */
export const bundleOptions = (entry: string) =>
  ({
    absWorkingDir: ROOT,
    entryPoints: [join(FUNCTIONS_DIR, entry)],
    outfile: BUNDLE_FILE,
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
  }) as const satisfies BuildOptions;

/** The text of one entry's bundle. Throws esbuild's own message when the entry can't be built. */
const bundle = (entry: string): string => {
  const [file] = buildSync(bundleOptions(entry)).outputFiles;
  if (file === undefined) throw new Error(`esbuild made nothing of functions/${entry}.`);
  return file.text;
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
