/**
 * `npm run check`: every gate that needs no running system. Two gates run at a time, which is what a small machine has
 * cores for, and all of them run whatever the others say, so that one look shows everything there is to mend.
 */
import { spawn } from "node:child_process";
import { cpus } from "node:os";

/** npm scripts, the slowest first, so that the quick ones fill the gaps. */
const GATES = ["types", "lint", "check:format", "imports", "unused", "docs:check", "docs:lint", "secrets"] as const;
type Gate = (typeof GATES)[number];

/** No gate takes a quarter of this; one that does hangs. */
const GATE_TIMEOUT_MS = 600_000;
const AT_ONCE = Math.max(1, Math.min(2, cpus().length));

interface Verdict {
  readonly gate: Gate;
  readonly passed: boolean;
  readonly output: string;
  readonly seconds: string;
}

/** Runs one npm script in silence and keeps what it says. */
const run = (gate: Gate): Promise<Verdict> =>
  new Promise((resolve) => {
    const started = performance.now();
    const chunks: Buffer[] = [];
    const child = spawn("npm", ["run", "--silent", gate], {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: GATE_TIMEOUT_MS,
      env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? "1" : "0" },
    });
    const end = (passed: boolean): void => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      resolve({ gate, passed, seconds, output: Buffer.concat(chunks).toString("utf8").trim() });
    };
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.once("error", (fault) => {
      chunks.push(Buffer.from(`npm could not be started: ${fault.message}`));
      end(false);
    });
    child.once("close", (code) => end(code === 0));
  });

const report = ({ gate, passed, seconds, output }: Verdict): void => {
  console.log(`${passed ? "passed" : "FAILED"}  ${gate} (${seconds} s)`);
  if (!passed) console.log(`\n${output}\n`);
};

const waiting = [...GATES];
const verdicts: Verdict[] = [];
const worker = async (): Promise<void> => {
  for (let gate = waiting.shift(); gate !== undefined; gate = waiting.shift()) {
    const verdict = await run(gate);
    verdicts.push(verdict);
    report(verdict);
  }
};
await Promise.all(Array.from({ length: AT_ONCE }, worker));

const failed = verdicts.filter(({ passed }) => !passed).map(({ gate }) => gate);
if (failed.length > 0) {
  console.log(`Failed: ${failed.join(", ")}. Run one alone with npm run <name>.`);
  process.exitCode = 1;
}
