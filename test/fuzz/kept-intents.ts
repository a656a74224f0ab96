/** What the ledger holds when mutated words arrive, written by the store's own functions, once. */
import { exceptionId, transactionId } from "../../functions/domain/ids.ts";
import { shillings } from "../../functions/domain/money.ts";
import { Msisdn } from "../../functions/domain/msisdn.ts";
import { DEFAULT_PROMPT_LIMITS } from "../../functions/domain/prompts.ts";
import { START } from "../exhaustive/books.ts";
import { AMOUNT, CHECKOUT, PAID_RECEIPT, PHONE, RECEIPT } from "./documents.ts";
import { OPERATOR, SHORTCODE, STOREFRONT, createGateway } from "./gateway.ts";
import type { Gateway } from "./gateway.ts";
import type { Kept } from "./ledger.ts";

const named = (operation: string, key: string) => ({ storefront: STOREFRONT, operation, key });
export const IDS = {
  /** A push that was taken. */
  payment: transactionId("pay", named("start_payment", "pending")),
  /** A payment that was paid, of which something is being given back. */
  paid: transactionId("pay", named("start_payment", "paid")),
  payout: transactionId("pyo", named("start_payout", "accepted")),
  refund: transactionId("rfd", named("start_refund", "accepted")),
  /** A receipt that a statement names and the ledger lacks. */
  exception: exceptionId(`line#${STOREFRONT}#pay_in#${RECEIPT}`, "missing_in_ledger"),
  question: "bal_0123456789abcdfghijknpqrst",
} as const;

const by = { at: START, by: "key:fuzz", requestId: "fuzz" } as const;
const intent = {
  ...{ storefront: STOREFRONT, shortcode: SHORTCODE, amount: shillings(AMOUNT), phone: Msisdn.parse(PHONE) },
  ...{ metadata: {}, fingerprint: "ab".repeat(32), openedBy: "key:fuzz", requestId: "fuzz", createdAt: START },
  checkAt: START + 30_000,
} as const;

/** Of which half is being given back. */
const PAID = shillings(2 * AMOUNT);

const openPayments = async (gateway: Gateway): Promise<void> => {
  const payments = gateway.payments();
  const merchantId = "29115-34620561-1";
  const paid = { ...intent, id: IDS.paid, amount: PAID, reference: "INV-0", description: "INV-0" };
  await payments.open(paid, DEFAULT_PROMPT_LIMITS);
  const { phone } = intent;
  const receipt = { receipt: PAID_RECEIPT, amount: PAID, phone, push: null, paidAt: START };
  await payments.record(IDS.paid, { ...by, finding: "paid", source: "callback", raw: "paid", ...receipt });
  await payments.open({ ...intent, id: IDS.payment, reference: "INV-1", description: "INV-1" }, DEFAULT_PROMPT_LIMITS);
  const push = { merchantId, checkoutId: CHECKOUT };
  await payments.record(IDS.payment, { ...by, finding: "accepted", source: "submit", raw: null, push });
};

const openOutgoing = async (gateway: Gateway): Promise<void> => {
  const { payouts, refunds } = gateway.parts().held;
  const claim = { ...by, checkAt: START + 60_000 };
  const taken = { ...by, finding: "accepted", source: "submit", raw: null } as const;
  const conversationId = "AG_20261121_201000000000000000";
  await payouts.open({ ...intent, id: IDS.payout, kind: "business", reference: "OUT-1", remarks: "", batch: null });
  const payout = await payouts.read(IDS.payout);
  if (payout) await payouts.claim(payout, { ...claim, how: "first" });
  await payouts.record(IDS.payout, { ...taken, conversationId });
  const { shortcode, phone: _, metadata: __, ...rest } = intent;
  await refunds.open({ ...rest, id: IDS.refund, paymentId: IDS.paid, shortcodes: [shortcode], reason: "returned" });
  const refund = await refunds.read(IDS.refund);
  if (refund) await refunds.claim(refund, claim);
  await refunds.record(IDS.refund, { ...taken, conversationId, originatorId: "29115-34620561-2" });
};

const openRest = async (gateway: Gateway): Promise<void> => {
  const { exceptions, lanes } = gateway.parts().held;
  const facts = { receipt: RECEIPT, amount_cents: intent.amount };
  const about = { line: `pay_in#${RECEIPT}` };
  const found = {
    ...by,
    storefront: STOREFRONT,
    kind: "missing_in_ledger",
    about,
    facts,
    source: "statement",
  } as const;
  await exceptions.raise(found);
  const probe = { id: IDS.question, fingerprint: OPERATOR, at: START, tries: 1 };
  await lanes.changeLane(await lanes.lane(SHORTCODE), { halt: null, provenFor: OPERATOR, probe });
};

const write = async (): Promise<Kept> => {
  const gateway = createGateway({});
  await openPayments(gateway);
  await openOutgoing(gateway);
  await openRest(gateway);
  return gateway.ledger.all();
};

let written: Promise<Kept> | null = null;

/** The ledger's items; the same each time. */
export const keptIntents = (): Promise<Kept> => (written ??= write());
