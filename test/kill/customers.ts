/** Customers who order and answer their phones in every way, and a shop that gives some of it back. */
import { fixedPhone } from "./market.ts";
import type { Market } from "./market.ts";
import { madeBy } from "./orders.ts";

const SHOP = "sk_test_storefront";
/** The simulator's payers 00 to 17. */
const PAYERS = 18;

/** What goes wrong with one customer's push, besides what is killed. */
const FAULTS: readonly [object, ...object[]] = [
  { when: "after_execution", reset: true },
  { when: "after_execution", busy: true },
  { when: "after_execution", delay_answer_ms: 4_000 },
  { spike_arrest: true },
  { kill_token: true },
  { callback: { drop: true } },
  { callback: { copies: 3 } },
  { callback: { before_answer: true } },
  { callback: { delay_ms: 8_000 } },
];
const ACTIONS = ["pay", "pay", "pay", "pay", "pay", "cancel", "wrong_pin", "ignore"] as const;

/** A customer orders; the phone is answered by whoever holds it. */
export const sell = async ({ chance, phones, place, nameOf, newPhone }: Market): Promise<void> => {
  const isFixed = chance.happens(0.3);
  const phone = isFixed ? fixedPhone(chance.between(0, PAYERS - 1)) : newPhone("25479");
  const action = chance.pick(ACTIONS);
  if (!isFixed && chance.happens(0.4)) await phones.fault(phone, chance.pick(FAULTS));
  const body = { amount: chance.between(1, 500), phone, reference: nameOf("R") };
  const asking = place({ kind: "payment", key: nameOf("order-"), apiKey: SHOP, path: "/v1/payments", body });
  await Promise.all([asking, ...(isFixed ? [] : [phones.answer(phone, action)])]);
};

/** The shop gives a payment back, whole or in part, if it is one that the shop knows to be paid. */
export const giveBack = async ({ wire, orders, chance, place, nameOf }: Market): Promise<void> => {
  const sold = orders.all().filter(({ kind }) => kind === "payment");
  const order = sold[chance.between(0, Math.max(0, sold.length - 1))];
  const id = order === undefined ? null : madeBy(order);
  if (id === null) return;
  const { body: payment } = await wire.ask({ method: "GET", path: `/v1/payments/${id}`, key: SHOP });
  if (payment?.["status"] !== "succeeded" || payment["refunded_amount"] !== 0) return;
  const body = { reason: "Sent back", ...(chance.happens(0.3) ? { amount: 1 } : {}) };
  await place({ kind: "refund", key: nameOf("refund-"), apiKey: SHOP, path: `/v1/payments/${id}/refunds`, body });
};
