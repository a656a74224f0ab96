/**
 * What comes after the killing: nothing is killed, nothing new is asked for, and time passes. What must stay true: it is
 * bounded, so what never settles is found out; and the hourly pull has run in it, as it would in any hour.
 */
import { setTimeout as wait } from "node:timers/promises";

import type { SandboxControl } from "../../sandbox/control/client.ts";
import { readStates, readTruth } from "./books.ts";
import type { Order } from "./orders.ts";
import { unsettled } from "./verdict.ts";
import type { Wire } from "./wire.ts";

export interface CalmOptions {
  readonly control: Pick<SandboxControl, "running">;
  readonly travel: (seconds: number) => Promise<void>;
  readonly wire: Wire;
  readonly orders: readonly Order[];
  readonly simulatorUrl: string;
  readonly say: (line: string) => void;
}

export interface Calm {
  /** What was open when the killing ended. */
  readonly openAtFirst: number;
  /** By the sandbox's clock, until everything was settled or in the exceptions; null when it never was. */
  readonly settledAfterMinutes: number | null;
}

const MINUTE_S = 60;
const HOUR_S = 3_600;
/** Minutes one by one, as long as sweeps bring things home; then longer ones, until a person is told of the rest. */
const STEPS = [
  ...Array<number>(5).fill(MINUTE_S),
  ...Array<number>(5).fill(11 * MINUTE_S),
  ...Array<number>(51).fill(HOUR_S),
];
const QUIET_LOOKS = 2;
const LOOK_MS = 150;
const MOST_LOOKS = 100;

/** Until nothing ran at several looks in a row, or a quarter of a minute has passed. */
const rest = async (control: CalmOptions["control"]): Promise<void> => {
  for (let look = 0, quiet = 0; look < MOST_LOOKS && quiet < QUIET_LOOKS; look += 1) {
    await wait(LOOK_MS);
    quiet = (await control.running()) === 0 ? quiet + 1 : 0;
  }
};

export const calmDown = async (options: CalmOptions): Promise<Calm> => {
  const { control, travel, wire, orders, simulatorUrl, say } = options;
  const open = async (): Promise<number> =>
    unsettled(await readStates(wire, orders, await readTruth(simulatorUrl))).length;

  await rest(control);
  const openAtFirst = await open();
  let [left, seconds] = [openAtFirst, 0];
  for (const step of STEPS) {
    if (left === 0) break;
    await travel(step);
    await rest(control);
    seconds += step;
    left = await open();
    say(`calm, ${seconds / MINUTE_S} min later: ${left} open`);
  }
  const settledAfterMinutes = left === 0 ? seconds / MINUTE_S : null;
  await travel(HOUR_S + MINUTE_S); // what no callback told, the pull tells
  await rest(control);
  return { openAtFirst, settledAfterMinutes };
};
