/**
 * `npm run kill`: a gateway of real processes, killed with SIGKILL at random under load, and its books afterwards.
 *
 *   npm run kill                             five minutes, a seed of chance
 *   npm run kill -- --minutes 1 --seed 17    one minute, with the orders and the kills of seed 17
 *
 * Ends with 1 when anything was lost or doubled. A seed decides what is ordered and killed, and when; which instruction a
 * kill meets is the machine's doing, so a seed is a way to look again, not a replay.
 */
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";

import { report } from "./report.ts";
import { startRig } from "./rig.ts";
import { runKills } from "./run.ts";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "5" }, seed: { type: "string" } },
});

const MINUTE_MS = 60_000;
const MOST_SEED = 2 ** 32 - 1;

const whole = (text: string, name: string): number => {
  if (!/^\d{1,10}$/.test(text)) throw new RangeError(`--${name} takes a whole number, not "${text}"`);
  return Number(text);
};
const minutes = whole(values.minutes, "minutes");
const seed = values.seed === undefined ? randomInt(MOST_SEED) : whole(values.seed, "seed");
const say = (line: string): void => void process.stdout.write(`${line}\n`);

process.env["TZ"] = "UTC"; // as in Lambda
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true"; // the functions deploy on a newer runtime

say(`seed ${seed}: starting M-PESA, DynamoDB Local and the gateway ...`);
const rig = await startRig();
process.once("SIGINT", () => void rig.close().finally(() => process.exit(130)));
try {
  const { killSandbox: kill, ...parts } = rig;
  const outcome = await runKills({
    ...parts,
    seed,
    loadMs: minutes * MINUTE_MS,
    orderEveryMs: 900,
    batchRows: 120,
    killEveryMs: [100, 900],
    sandbox: { kill, everyMs: [45_000, 90_000] },
    say,
  });
  report(outcome).forEach(say);
  say(`${outcome.breaches.length === 0 ? "held" : "BROKEN"}: seed ${seed}, ${minutes} min`);
  process.exitCode = outcome.breaches.length === 0 ? 0 : 1;
} finally {
  await rig.close();
}
