/**
 * What wakes people, woken by the real thing: a callback that disagrees, comes from a stranger, or says a word that nobody
 * knows, and a function that is cut off. Each alarm is read where the sandbox keeps it, on the control port.
 */
import { describe, expect, inject, test } from "vitest";
import { connectControl } from "../../sandbox/control/client.ts";
import { callbackBody, newPhone, pushOf, reference, sendCallback, start, until } from "./storefront.ts";
import type { Truth } from "./storefront.ts";

const control = connectControl(inject("controlUrl"));

type Alarm = Awaited<ReturnType<typeof control.alarms>>[number];

const alarmOf = async (name: string): Promise<Alarm> => {
  const found = (await control.alarms()).find((alarm) => alarm.name === `malipo-local-${name}`);
  if (found === undefined) throw new Error(`There is no alarm ${name}.`);
  return found;
};

/** Waits until something has made the alarm ring, or ring on, since `since`. */
const rings = (name: string, since: number): Promise<Alarm> =>
  until(
    () => alarmOf(name),
    ({ rang_at: rangAt }) => rangAt !== null && rangAt >= since,
  );

const ringing = async (): Promise<Truth> => {
  const order = reference();
  await start({ phone: newPhone(), amount: 10, reference: order });
  return pushOf(order);
};

describe.concurrent("an alarm rings", () => {
  test("when a callback comes from a stranger, and for the exception that this opens", async () => {
    const push = await ringing();
    const before = await control.now();
    await sendCallback(push.callback_url, callbackBody(push), "127.0.0.2");
    expect(await rings("unverified-callback", before)).toMatchObject({
      runbook: "docs/runbook.md#unverified-callback",
    });
    await rings("exception-opened", before);
  });

  test("when Safaricom says a word that no table knows", async () => {
    const push = await ringing();
    const before = await control.now();
    await sendCallback(push.callback_url, callbackBody(push, { resultCode: "ZX-779" }));
    const { impact } = await rings("unclassified-code", before);
    expect(impact).toMatch(/a code we don't know/);
  });

  test("when a function is cut off", async () => {
    const before = await control.now();
    const run = await control.invoke("daily-root", {}, { timeoutMs: 1 });
    expect(run.ok).toBe(false);
    await rings("daily-root-errors", before);
  });
});

test("the dashboard's lines move with what happened", async () => {
  await ringing();
  const moved = await until(
    () => control.graphs(),
    ({ graphs }) =>
      graphs.some(({ title, lines }) => title === "Who knocks" && lines.some(({ values }) => (values.at(-1) ?? 0) > 0)),
  );
  expect(moved.graphs.map(({ title }) => title)).toContain("Payments that ended");
});
