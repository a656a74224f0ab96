/**
 * What moves the ledger: the store's own writes, with what M-PESA says as evidence. Who proves that the gateway writes the
 * right ones is another kind of world; here they are only there to be told of. What must stay true: whatever is to be
 * written is written in the end, after as many tries as it takes, and each try says the same.
 */
import type { Evidence, Finding } from "../../../functions/domain/evidence.ts";
import { transactionId } from "../../../functions/domain/ids.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { Msisdn } from "../../../functions/domain/msisdn.ts";
import { paybillId } from "../../../functions/domain/paybill.ts";
import type { PaymentIntent } from "../../../functions/domain/payment.ts";
import { DEFAULT_PROMPT_LIMITS } from "../../../functions/domain/prompts.ts";
import { START } from "./bare-world.ts";
import type { BareWorld } from "./bare-world.ts";
import type { LedgerDoor } from "./gateway.ts";
import type { MenuPlan, PaymentPlan, Word } from "./scenario.ts";

const SHORTCODE = "600999";
const MENU_STOREFRONT = "duka";
const FIRST_WAIT_MS = 500;
const TRIES = 400;

type Invoke = (ask: (ledger: LedgerDoor) => Promise<unknown>) => Promise<unknown>;

export const paymentIdOf = ({ storefront, key }: PaymentPlan): string =>
  transactionId("pay", { storefront, operation: "startPayment", key });

const intentOf = (plan: PaymentPlan, createdAt: number): PaymentIntent => ({
  id: paymentIdOf(plan),
  storefront: plan.storefront,
  shortcode: SHORTCODE,
  amount: shillings(plan.amount),
  phone: Msisdn.parse(plan.msisdn),
  reference: plan.key,
  description: "An order",
  metadata: {},
  fingerprint: "ab".repeat(32),
  openedBy: "key:one",
  requestId: plan.key,
  createdAt,
  checkAt: createdAt + 30_000,
});

/** What a word of M-PESA's says. */
const findingOf = (word: Word, { id, amount, phone, reference }: PaymentIntent, at: number): Finding => {
  const push = { checkoutId: `ws_CO_${reference}`, merchantId: `m-${reference}` };
  const failure = { code: "cancelled_by_customer", resultCode: "1032", resultDesc: "Cancelled" } as const;
  const paid = {
    finding: "paid",
    receipt: `TKL${id.slice(-7).toUpperCase()}`,
    amount,
    phone,
    push,
    paidAt: at,
  } as const;
  switch (word) {
    case "accepted":
      return { finding: "accepted", push };
    case "unknown":
      return { finding: "unknown", because: "the answer was lost" };
    case "paid":
      return paid;
    case "other_amount":
      return { ...paid, amount: shillings(amount / 100 + 1) };
    case "unpaid":
      return { finding: "unpaid", failure, push };
    case "unclassified":
      return { finding: "unpaid", failure: { ...failure, code: "unclassified", resultCode: "7777" }, push };
  }
};

const evidenceOf = (word: Word, intent: PaymentIntent, at: number): Evidence => ({
  ...findingOf(word, intent, at),
  source: word === "accepted" || word === "unknown" ? "submit" : "callback",
  at,
  by: "safaricom",
  requestId: `${word}-${intent.reference}`,
  raw: JSON.stringify({ word, phone: intent.phone }),
});

export const startLedgerLife = (world: BareWorld, invoke: Invoke): void => {
  const { time, note, scenario } = world;

  const persist = async (what: string, ask: (ledger: LedgerDoor) => Promise<unknown>): Promise<void> => {
    for (let tried = 1; tried <= TRIES; tried += 1) {
      try {
        await invoke(ask);
        return;
      } catch {
        note(`${what} was not written, try ${tried}`);
        await time.wait(FIRST_WAIT_MS * Math.min(tried, 20));
      }
    }
  };

  const pay = async (plan: PaymentPlan): Promise<void> => {
    const intent = intentOf(plan, time.now());
    await persist(plan.key, (ledger) => ledger.open(intent, DEFAULT_PROMPT_LIMITS));
    for (const { word, afterMs } of plan.words) {
      await time.wait(afterMs);
      const evidence = evidenceOf(word, intent, time.now());
      await persist(`${plan.key} ${word}`, (ledger) => ledger.record(intent.id, evidence));
    }
  };

  const payFromMenu = async ({ receipt, msisdn, amount, routedTo, routedAfterMs }: MenuPlan): Promise<void> => {
    const at = time.now();
    const id = paybillId({ shortcode: SHORTCODE, receipt });
    const said = { source: "c2b", at, by: "safaricom", requestId: receipt } as const;
    const told = {
      ...said,
      receipt,
      amount: shillings(amount),
      shortcode: SHORTCODE,
      reference: receipt,
      payer: { phone: { form: "plain", msisdn: Msisdn.parse(msisdn) }, name: "WANJIKU" },
      paidAt: at,
      raw: null,
    } as const;
    await persist(receipt, ({ told: ledger }) =>
      ledger.open({ id, storefront: MENU_STOREFRONT, routing: "unmatched", told, isAmbiguous: false }),
    );
    if (routedTo === null) return;
    await time.wait(routedAfterMs);
    await persist(`${receipt} routed`, async (ledger) => {
      const payment = await ledger.read(id);
      if (payment?.routing !== "unmatched") return;
      const how = { storefront: routedTo, routing: "matched", reference: "FOUND", source: "operator" } as const;
      await ledger.told.route(payment, { ...how, at: time.now(), by: "key:one", requestId: "route" });
    });
  };

  for (const plan of scenario.payments) time.after(START + plan.at - time.now(), () => void pay(plan));
  for (const plan of scenario.menu) time.after(START + plan.at - time.now(), () => void payFromMenu(plan));
};
