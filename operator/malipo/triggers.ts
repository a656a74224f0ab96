/**
 * What `trigger` can make happen, and how: by the sandbox's own payers and receivers, whose numbers say what they do. An
 * event is never made up: each of these is a real payment, refund, payout or batch, on the ledger like any other.
 */
import { each } from "../../web/client/src/malipo.ts";
import type { EndedPayment } from "../../web/client/src/malipo.ts";
import { CalledWrongly } from "../refusal.ts";
import type { Desk, MalipoDeps } from "./deps.ts";
import { inTurn, until } from "./in-turn.ts";

export interface Triggering extends Desk, Pick<MalipoDeps, "clock" | "signal"> {
  readonly say: (line: string) => void;
  /** Which failure, of the events that have several. */
  readonly code: string | null;
}

/** Makes the event happen and says what it is about. */
type Deed = (desk: Triggering) => Promise<string>;

const SAMPLE_AMOUNT = 100;
const PAYS = "254700000000";

const FAILING_PAYERS = {
  insufficient_funds: "254700000001",
  cancelled_by_customer: "254700000002",
  customer_unreachable: "254700000003",
  wrong_pin: "254700000004",
  prompt_expired: "254700000005",
  customer_busy: "254700000006",
} as const;
const FAILURES = new Map<string, string>(Object.entries(FAILING_PAYERS));

const reference = ({ clock }: Triggering): string => `CLI-${clock.now().toString(36).slice(-8).toUpperCase()}`;

const paidBy = async (desk: Triggering, phone: string): Promise<EndedPayment> => {
  const wish = { amount: SAMPLE_AMOUNT, phone, reference: reference(desk) };
  const { id, client_token } = await inTurn(desk, () => desk.shop.startPayment(wish, { signal: desk.signal }));
  desk.say(`Started ${id} over KES ${SAMPLE_AMOUNT}, asked of ${phone}.`);
  return desk.shop.waitForPayment({ id, client_token }, { signal: desk.signal });
};

const payment = async (desk: Triggering, phone: string): Promise<string> => {
  const { id, status, receipt, failure } = await paidBy(desk, phone);
  return `${id} is ${status}${receipt === null ? "" : `, receipt ${receipt}`}${failure === null ? "" : `: ${failure.code}`}.`;
};

const failing: Deed = (desk) => {
  const phone = FAILURES.get(desk.code ?? "insufficient_funds");
  if (phone === undefined) throw new CalledWrongly(`--code is one of ${[...FAILURES.keys()].join(", ")}.`);
  return payment(desk, phone);
};

const refund: Deed = async (desk) => {
  const paid = await paidBy(desk, PAYS);
  const begun = await inTurn(desk, () => desk.shop.startRefund(paid.id, { reason: "npm run malipo -- trigger" }));
  desk.say(`Started ${begun.id}, which gives all of ${paid.id} back.`);
  const ended = await until(
    desk,
    () => desk.shop.readRefund(begun.id),
    ({ status }) => status !== "pending",
  );
  return `${ended.id} is ${ended.status}.`;
};

const payout =
  (phone: string): Deed =>
  async (desk) => {
    const wish = { amount: SAMPLE_AMOUNT, phone, reference: reference(desk) };
    const begun = await desk.finance.startPayout(wish, { signal: desk.signal });
    desk.say(`Started ${begun.id} over KES ${SAMPLE_AMOUNT} to ${phone}.`);
    const ended = await until(
      desk,
      () => desk.finance.readPayout(begun.id),
      ({ status }) => !["queued", "pending"].includes(status),
    );
    return `${ended.id} is ${ended.status}.`;
  };

/** A payroll of two people. */
const batch = (desk: Triggering) => {
  const payouts = ["0711000001", "0711000002"].map((phone) => ({ phone, amount: SAMPLE_AMOUNT }));
  const wish = { reference: reference(desk), kind: "salary" as const, allow_duplicates: true, payouts };
  return inTurn(desk, () => desk.finance.startBatch(wish, { signal: desk.signal }));
};

const prepared: Deed = async (desk) => {
  const { id, status } = await batch(desk);
  return `${id} is ${status}, with two payouts in it.`;
};

const cancelled: Deed = async (desk) => {
  const { id } = await batch(desk);
  desk.say(`Prepared ${id}, with two payouts in it.`);
  const { status } = await desk.finance.cancelBatch(id);
  return `${id} is ${status}.`;
};

const completed: Deed = async (desk) => {
  const { id, digest } = await batch(desk);
  if (digest === null) throw new Error(`${id} has no digest.`);
  await desk.approver.approveBatch(id, { digest });
  desk.say(`Prepared ${id}, with two payouts in it, and approved it.`);
  const ended = await until(
    desk,
    () => desk.finance.readBatch(id),
    ({ status }) => ["completed", "cancelled"].includes(status),
  );
  return `${id} is ${ended.status}.`;
};

const exception: Deed = async (desk) => {
  const wish = { amount: SAMPLE_AMOUNT, phone: "254700000012", reference: reference(desk) };
  const { id } = await inTurn(desk, () => desk.shop.startPayment(wish, { signal: desk.signal }));
  desk.say(`Started ${id}, which M-PESA will confirm with another amount.`);
  const find = async () => {
    for await (const found of each(desk.finance.listExceptions, {})) if (found.transaction === id) return found;
    return null;
  };
  const found = await until(desk, find, (seen) => seen !== null);
  return `${found?.id ?? ""} is open: ${found?.kind ?? ""}.`;
};

const test: Deed = async (desk) => {
  const { data } = await desk.shop.listWebhookEndpoints();
  const endpoints = data.filter(({ status }) => status === "enabled");
  for (const { id } of endpoints) await desk.shop.testWebhookEndpoint(id);
  return `Asked for a test event to each webhook endpoint that listens: ${endpoints.length}.`;
};

/** By the event that it makes happen. */
export const TRIGGERS: ReadonlyMap<string, Deed> = new Map<string, Deed>([
  ["payment.succeeded", (desk) => payment(desk, PAYS)],
  ["payment.failed", failing],
  ["payment.reversed", refund],
  ["refund.succeeded", refund],
  ["payout.succeeded", payout("254700000050")],
  ["payout.failed", payout("254700000056")],
  ["batch.awaiting_approval", prepared],
  ["batch.cancelled", cancelled],
  ["batch.completed", completed],
  ["exception.opened", exception],
  ["endpoint.test", test],
]);
