/** Money that M-PESA tells of by its receipt alone, in worlds that are written out: what becomes of each is documented. */
import { expect, test } from "vitest";
import { QUIET } from "../../world/payments/rates.ts";
import { LYING_RECEIPT } from "../../world/payments/safaricom-faults.ts";
import type { Rule } from "../../world/payments/safaricom-faults.ts";
import type { MenuOrder, Order, Scenario } from "../../world/payments/scenario.ts";
import { live } from "../../world/payments/world.ts";

const TIMEOUT_MS = 120_000;
const PHONE = "254711000001";

const order: Order = {
  key: "order-0",
  msisdn: PHONE,
  amount: 500,
  reference: "INV-0",
  at: 1_000,
  act: { action: "pay", afterMs: 4_000 },
  devices: 1,
  changesBody: false,
};

const callback = (plan: NonNullable<Rule["fault"]["callback"]>): Rule => ({
  match: { path: "/mpesa/stkpush/v1/processrequest", msisdn: PHONE },
  fault: { callback: plan },
});

/** The states that payments went through, in one world without any other trouble. */
const moves = async (scenario: Partial<Scenario>): Promise<readonly string[]> => {
  const quiet = { menu: [], outages: [], rules: [], callbackRetries: 0, rates: QUIET, pulls: [1], hasPulled: true };
  const lived = await live({ seed: 1, scenario: { orders: [order], confirms: false, ...quiet, ...scenario } });
  expect(lived.violations).toEqual([]);
  return lived.story.flatMap((line) => /pay_\w+ (\w+ -> \w+)/.exec(line)?.[1] ?? []);
};

const ASKED = ["nothing -> initiated", "initiated -> pending"];

test(
  "a paid push that M-PESA calls failed is paid once the pull finds the money and M-PESA is asked about it",
  {
    timeout: TIMEOUT_MS,
  },
  async () => {
    expect(await moves({ rules: [callback({ result_code: 1037 })] })).toEqual([
      ...ASKED,
      "pending -> failed",
      "failed -> succeeded",
    ]);
  },
);

test(
  "a prompt that was cancelled stays so: who paid the order from the menu then is a payment of their own",
  { timeout: TIMEOUT_MS },
  async () => {
    const cancelling = { ...order, act: { action: "cancel", afterMs: 1_000 } } as const;
    const paid: MenuOrder = { msisdn: PHONE, amount: 500, reference: "INV-0", at: 30_000 };
    expect(await moves({ orders: [cancelling], menu: [paid] })).toEqual([
      ...ASKED,
      "pending -> failed",
      "nothing -> succeeded",
    ]);
  },
);

test(
  "a paid push whose callback names a false receipt is there twice once the pull names the true one, and a person is told",
  {
    timeout: TIMEOUT_MS,
  },
  async () => {
    expect(await moves({ rules: [callback({ receipt: LYING_RECEIPT })] })).toEqual([
      ...ASKED,
      "pending -> succeeded",
      "nothing -> succeeded",
    ]);
  },
);

test("one who lets the prompt pass and pays from the menu has paid the order", { timeout: TIMEOUT_MS }, async () => {
  const ignoring = { ...order, act: { action: "ignore", afterMs: 1_000 } } as const;
  const paid: MenuOrder = { msisdn: PHONE, amount: 500, reference: "INV-0", at: 9_000 };
  expect(await moves({ orders: [ignoring], menu: [paid], confirms: true })).toEqual([...ASKED, "pending -> succeeded"]);
});

test("one whose callback never comes has paid at the first question", { timeout: TIMEOUT_MS }, async () => {
  expect(await moves({ rules: [callback({ drop: true })] })).toEqual([...ASKED, "pending -> succeeded"]);
});
