/**
 * Builds the checkout page, and the button that leads to it, into a directory, for the sandbox that serves it and for the command that publishes it, so both
 * have the same files. In a process of its own: Vite takes what a page is built for from the environment, and that of a
 * test would make another page, twice as heavy.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { buildButton } from "../button/build.ts";

const run = promisify(execFile);
const CONFIG = fileURLToPath(new URL("./vite.config.ts", import.meta.url));
const VITE = fileURLToPath(new URL("../../node_modules/vite/bin/vite.js", import.meta.url));

/** Far more than it takes. */
const TIMEOUT_MS = 120_000;

/** Empties `directory` and writes the page's files into it. Throws, with what Vite said, when the page can't be built. */
export const buildCheckout = async (directory: string): Promise<void> => {
  const words = ["build", "--config", CONFIG, "--outDir", directory, "--emptyOutDir"];
  await run(process.execPath, [VITE, ...words], {
    env: { ...process.env, NODE_ENV: "production" },
    timeout: TIMEOUT_MS,
  });
  await buildButton(directory);
};
