/** Brings payments to where a test begins, and tells what the ledger knows of them. */
import type { PaymentIntent } from "../../../functions/domain/payment.ts";
import type { TransactionHistory } from "../../../functions/store/ledger.ts";
import { LIMITS } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { accepted, intent } from "./samples.ts";

/** A payment that nobody outside has heard of; the calls counted so far are forgotten. */
export const opened = async (test: TestLedger, overrides: Partial<PaymentIntent> = {}): Promise<PaymentIntent> => {
  const asked = intent(overrides);
  await test.ledger.open(asked, LIMITS);
  test.calls.length = 0;
  return asked;
};

/** A payment whose push M-PESA has taken. */
export const pending = async (test: TestLedger): Promise<PaymentIntent> => {
  const asked = await opened(test);
  await test.ledger.record(asked.id, accepted(asked));
  test.calls.length = 0;
  return asked;
};

/** Everything known about a payment that is there. */
export const paymentHistory = async (
  test: TestLedger,
  id: string,
): Promise<Extract<TransactionHistory, { kind: "payment" }>> => {
  const history = await test.ledger.history(id);
  if (history?.kind !== "payment") throw new Error(`there is no payment ${id}`);
  return history;
};
