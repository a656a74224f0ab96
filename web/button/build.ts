/**
 * Builds the button into one classic script, which a shop's page may load from another address without asking that address
 * for permission. Its name never changes, because shops write it into their pages.
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ENTRY = fileURLToPath(new URL("./src/malipo-button.ts", import.meta.url));

/** Writes `button.js` into `directory`. */
export const buildButton = async (directory: string): Promise<void> => {
  await build({
    entryPoints: [ENTRY],
    outfile: path.join(directory, "button.js"),
    bundle: true,
    minify: true,
    format: "iife",
    platform: "browser",
    target: "es2022",
    legalComments: "none",
    logLevel: "silent",
  });
};
