/**
 * The payroll on a bad day: a thousand people (`PAYROLL_PEOPLE` says another number) at twenty a second, every message
 * delivered twice, and a dispatcher killed every few seconds. What M-PESA holds in the end is what was approved, to the shilling and to the person.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BatchBody } from "../stories/finance.ts";
import { until } from "../stories/storefront.ts";
import { ownSandbox } from "./sandbox.ts";
import type { OwnSandbox } from "./sandbox.ts";

const PEOPLE = Number(process.env["PAYROLL_PEOPLE"] ?? 1_000);
const PER_SECOND = 20;
const KILL_EVERY_MS = 5_000;
/** Fewer would have shown nothing. */
const LEAST_KILLS = 6;

let desk: OwnSandbox;
beforeAll(async () => {
  desk = await ownSandbox({ bulkPerSecond: PER_SECOND });
  await desk.direct("POST", "/simulator/switches", { limits: { b2c: { allowed: PER_SECOND } } });
});
afterAll(() => desk.close());

/** A phone and an amount for each person: no two phones alike, amounts that a mistake would show in. */
const person = (index: number) => ({
  phone: `25411${String(1_000_000 + index * 37)}`,
  amount: 10 + (index % 90),
  reference: `EMP-${String(index + 1).padStart(4, "0")}`,
});

test("a payroll, each of it exactly once, never faster than agreed, whatever dies on the way", async () => {
  const people = Array.from({ length: PEOPLE }, (_, index) => person(index));
  const total = people.reduce((sum, { amount }) => sum + amount, 0);
  const made = await desk.makeBatch(people, { reference: "November" });
  expect(made.body).toMatchObject({ rows: PEOPLE, total_amount: total, rejected_rows: 0 });
  await desk.control.duplicateDeliveries(true);
  await desk.approve(made.body);

  let kills = 0;
  const killer = setInterval(() => {
    void desk.control.killInstances("DispatchPayouts", { most: 1 }).then((killed) => (kills += killed));
  }, KILL_EVERY_MS);
  let done: BatchBody;
  try {
    done = await until(
      () => desk.batch(made.body.id),
      ({ status, progress }) => status === "completed" || progress.succeeded.count === PEOPLE,
      660_000,
    );
  } finally {
    clearInterval(killer);
  }
  expect(kills).toBeGreaterThanOrEqual(LEAST_KILLS);
  done = await until(
    () => desk.batch(made.body.id),
    ({ status }) => status === "completed",
    60_000,
  );
  expect(done.progress).toMatchObject({
    succeeded: { count: PEOPLE, amount: total },
    failed: { count: 0 },
    uncertain: { count: 0 },
    pending: { count: 0 },
  });

  const truth = await desk.direct<Record<string, unknown>>("GET", "/simulator/payouts/totals");
  expect(truth).toMatchObject({
    paid: { count: PEOPLE, sum: total },
    left_utility: { count: PEOPLE, sum: total },
    accepted: { count: 0 },
    failed: { count: 0 },
    ids_paid_more_than_once: 0,
    receivers_paid_more_than_once: 0,
  });
  const metrics = await desk.direct<{ limit_violations: Record<string, number> }>("GET", "/simulator/metrics");
  expect(metrics.limit_violations).toMatchObject({ b2c: 0, status: 0, balance: 0 });

  const results = await desk.ask("GET", `/v1/payout-batches/${made.body.id}/results.csv`);
  const lines = results.text
    .replace(/^\uFEFF/, "")
    .trim()
    .split("\r\n")
    .slice(1);
  expect(lines).toHaveLength(PEOPLE);
  expect(new Set(lines.map((line) => /\b[A-Z0-9]{10}\b/.exec(line)?.[0])).size).toBe(PEOPLE);
}, 780_000);
