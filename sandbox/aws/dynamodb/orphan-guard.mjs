/**
 * Runs a program and ends it when its own standard input closes. The pipe is held by the process that started the guard,
 * so the program never outlives it, not even after `kill -9`. Usage: node orphan-guard.mjs <program> [argument...]
 */
import { spawn } from "node:child_process";
import process from "node:process";
import { setTimeout } from "node:timers";

const GRACE_MS = 3_000;
const [program = "", ...programArguments] = process.argv.slice(2);

const child = spawn(program, programArguments, { stdio: ["ignore", "inherit", "inherit"] });

const end = () => {
  child.kill("SIGTERM");
  setTimeout(() => child.kill("SIGKILL"), GRACE_MS).unref();
};

child.on("error", (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
child.on("exit", (code, signal) => process.exit(code ?? (signal === null ? 0 : 143)));
process.stdin.on("end", end);
process.stdin.on("error", end);
process.stdin.resume();
process.on("SIGTERM", end);
process.on("SIGINT", end);
