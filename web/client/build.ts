/**
 * `npm run client -- build`: makes the package, one ES module and its types, in `web/client/dist`. Composition only;
 * what it depends on stays outside, so that whoever uses the package has each dependency once.
 */
import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const run = promisify(execFile);
/** Far more than it takes. */
const TIMEOUT_MS = 120_000;

/** Empties `directory` and writes the package's files into it. Throws, with what the compiler said, when it can't. */
const buildClient = async (directory: string): Promise<void> => {
  await rm(directory, { recursive: true, force: true });
  await build({
    entryPoints: [at("src/malipo.ts")],
    outfile: `${directory}/malipo.js`,
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    packages: "external",
    logLevel: "silent",
  });
  const words = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly", "--outDir", directory];
  const tsc = at("../../node_modules/typescript/bin/tsc");
  await run(process.execPath, [tsc, "-p", at("tsconfig.json"), ...words], { timeout: TIMEOUT_MS });
};

const [action, directory = at("dist"), ...more] = process.argv.slice(2);
if (action === "build" && more.length === 0) {
  await buildClient(directory);
  console.log(`The package is built in ${directory}.`);
} else {
  console.error("Say what to do: npm run client -- build");
  process.exitCode = 2;
}
