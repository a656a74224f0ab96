/**
 * Imports one bundle in a process that has done nothing else and tells how long that took: on the wall, and on the CPU,
 * both in milliseconds. Plain JavaScript, so that no loader is measured along.
 */
import { performance } from "node:perf_hooks";
import { argv, cpuUsage, exit, stdout } from "node:process";

const cpu = cpuUsage();
const started = performance.now();
await import(argv[2] ?? "");
const wallMs = performance.now() - started;
const { user, system } = cpuUsage(cpu);
stdout.write(JSON.stringify({ wallMs, cpuMs: (user + system) / 1000 }), () => exit(0));
