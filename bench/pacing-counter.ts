/**
 * The process that plays Daraja on the real clock: notes when each request arrives and takes its time to answer. Tells its
 * parent the port; a GET brings the arrivals, epoch milliseconds.
 */
import { createServer } from "node:http";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { seededRandom } from "../test/unit/daraja/virtual-time.ts";
import { answerAfter } from "./pacing-payouts.ts";

const arrivals: number[] = [];
const random = seededRandom(7);
const time = { now: () => Date.now(), wait: (ms: number) => wait(ms) };

const server = createServer((request, response) => {
  if (request.method === "GET") {
    response.end(JSON.stringify(arrivals));
    return;
  }
  arrivals.push(performance.timeOrigin + performance.now());
  void answerAfter(time, random).then((body) => response.end(body));
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") process.send?.(address.port);
});
process.once("disconnect", () => process.exit());
