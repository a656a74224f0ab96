/** Finance: pays people one by one and in a batch, and mends what stopped the lane, as an operator on duty would. */
import { FINANCE } from "./books.ts";
import { fixedPhone } from "./market.ts";
import type { Market } from "./market.ts";
import { madeBy } from "./orders.ts";

const APPROVER = "sk_test_approver";
/** The simulator's receivers 50 to 60. */
const [FIRST_RECEIVER, RECEIVERS] = [50, 11] as const;

export const payOut = async ({ chance, place, nameOf, newPhone }: Market): Promise<void> => {
  const isFixed = chance.happens(0.5);
  const phone = isFixed ? fixedPhone(FIRST_RECEIVER + chance.between(0, RECEIVERS - 1)) : newPhone("25411");
  const body = { amount: chance.between(10, 400), phone, reference: nameOf("P") };
  await place({ kind: "payout", key: nameOf("payout-"), apiKey: FINANCE, path: "/v1/payouts", body });
};

/** One row for each of the receivers 50 to 60; the others are people whom nothing happens to. */
export const payBatch = async (market: Market, rows: number): Promise<void> => {
  const { wire, orders, chance, nameOf, newPhone } = market;
  const payouts = Array.from({ length: rows }, (_, index) => ({
    phone: index < RECEIVERS ? fixedPhone(FIRST_RECEIVER + index) : newPhone("25411"),
    amount: chance.between(10, 90),
  }));
  const body = { reference: "Salaries", kind: "salary", payouts };
  const key = nameOf("batch-");
  const order = await orders.place({ kind: "batch", key, apiKey: FINANCE, path: "/v1/payout-batches", body });
  const [made] = order.answers;
  const id = madeBy(order);
  if (id === null) throw new Error(`the batch was answered ${String(made?.status)}: ${JSON.stringify(made?.body)}`);
  await wire.ask({
    method: "POST",
    path: `/v1/payout-batches/${id}/approve`,
    key: APPROVER,
    idempotencyKey: nameOf("approval-"),
    body: { digest: made?.body?.["digest"] },
  });
};

/** One round of the operator: a halted lane and a paused batch are mended and go on. */
export const mend = async ({ wire, orders, phones }: Market): Promise<void> => {
  const look = async (path: string): Promise<unknown> =>
    (await wire.ask({ method: "GET", path, key: FINANCE })).body?.["status"];
  const resume = async (path: string): Promise<void> => {
    await phones.mend();
    await wire.ask({ method: "POST", path: `${path}/resume`, key: FINANCE });
  };
  if ((await look("/v1/payout-lane")) === "halted") await resume("/v1/payout-lane");
  for (const order of orders.all().filter(({ kind }) => kind === "batch")) {
    const path = `/v1/payout-batches/${madeBy(order) ?? ""}`;
    if (madeBy(order) !== null && (await look(path)) === "paused") await resume(path);
  }
};
