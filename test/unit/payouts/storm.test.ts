/**
 * A payroll through bad weather: every message twice, dispatchers and feeders that die at any moment, answers that get
 * lost, throttling, a pause in the middle. Whatever happens, M-PESA pays each row once, and the books agree.
 */
import { expect, test } from "vitest";
import { openPayOffice } from "./pay-office.ts";
import type { PayOffice } from "./pay-office.ts";
import { approve, batchNow, draft, pause, payAll, resume, start, tellBalance } from "./payroll.ts";
import { ACCEPTED, completedStatus, LOST, throttled } from "./safaricom.ts";

const ROWS = 12;
const MOST_MINUTES = 90;

/** Deterministic bad luck: a number in [0, 1) at each call. */
const luckOf = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
};

const badWeather = ({ safaricom: { world } }: PayOffice, luck: () => number): void => {
  const maybeDie = (odds: number) => (): Promise<void> =>
    luck() < odds ? Promise.reject(new Error("killed")) : Promise.resolve();
  world.beforeRelease = maybeDie(0.1);
  world.afterRelease = maybeDie(0.2);
  world.answer = () => {
    world.takesUnknown = luck() < 0.5;
    const roll = luck();
    return roll < 0.15 ? throttled() : roll < 0.35 ? LOST : ACCEPTED;
  };
};

const goodWeather = ({ safaricom: { world } }: PayOffice): void => {
  world.beforeRelease = () => Promise.resolve();
  world.afterRelease = () => Promise.resolve();
  world.answer = () => ACCEPTED;
};

/** One minute: messages twice, to two dispatchers at once; the clock; M-PESA's answers, of which some get lost. */
const minute = async (office: PayOffice, id: string, luck: () => number): Promise<void> => {
  const messages = office.takePayouts();
  await Promise.all([office.dispatch(messages), office.dispatch([...messages].reverse())]);
  if (luck() < 0.8) await payAll(office);
  office.pass(60_000);
  await office.sweep();
  for (const asked of office.safaricom.sentOf("status")) {
    const taken = office.safaricom.taken.get(asked);
    if (taken && luck() < 0.7)
      await office.callback("status", {
        id: asked,
        body: completedStatus(taken, `UKS${asked.slice(-7)}`.toUpperCase()),
      });
  }
  if (office.safaricom.sentOf("balance").length > 0) await tellBalance(office, 10_000_000);
  office.takeBatches();
  await Promise.all([office.tend([{ batch: id }]), office.tend([{ batch: id }])]);
};

/** A pause in the middle: from then on nothing is sent, and a resume goes on. */
const rest = async (office: PayOffice, id: string): Promise<void> => {
  await pause(office, id);
  const sent = office.safaricom.sentOf("b2c").length;
  await office.dispatch(office.takePayouts());
  expect(office.safaricom.sentOf("b2c")).toHaveLength(sent);
  await resume(office, id);
};

const isOver = async (office: PayOffice, id: string): Promise<boolean> =>
  (await batchNow(office, id)).state === "completed";

test.each([1, 20_261_121, 777])(
  "each row is paid once, by M-PESA's own count, and the batch completes (luck %i)",
  { timeout: 60_000 },
  async (seed) => {
    const office = await openPayOffice();
    const luck = luckOf(seed);
    const shillings = Array.from({ length: ROWS }, (_, row) => 100 + row);
    const { id } = await approve(office, await draft(office, shillings));
    await start(office, id);
    badWeather(office, luck);
    for (let passed = 0; passed < MOST_MINUTES && !(await isOver(office, id)); passed += 1) {
      if (passed === 2) await rest(office, id);
      if (passed === 10) goodWeather(office);
      await minute(office, id, luck);
    }
    const batch = await batchNow(office, id);
    expect(batch.state).toBe("completed");
    const paid = [...office.safaricom.taken.values()].map(({ amount }) => amount / 100);
    expect(paid.sort((a, b) => a - b)).toEqual(shillings);
    expect(await office.base.batches.tally(batch)).toMatchObject({
      succeeded: { count: ROWS, amount: batch.rows?.total },
      failed: { count: 0 },
      uncertain: { count: 0 },
    });
    office.close();
  },
);
