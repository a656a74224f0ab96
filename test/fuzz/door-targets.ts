/**
 * Callbacks through the whole door, against a ledger: a valid token, a mutated body. The judge: the answer is 200, or 413
 * for what is too large, never a fault of ours; and the payment is paid only by a body that the callbacks' judge would credit.
 */
import { stkCallback } from "../../functions/callbacks/stk-callback.ts";
import { PAYMENT_MOVES } from "../../functions/domain/payment-states.ts";
import { transactionId } from "../../functions/domain/ids.ts";
import { shillings } from "../../functions/domain/money.ts";
import { Msisdn } from "../../functions/domain/msisdn.ts";
import { DEFAULT_PROMPT_LIMITS } from "../../functions/domain/prompts.ts";
import { recordEvidence } from "../../functions/payments/record-evidence.ts";
import { createLedger } from "../../functions/store/dynamo-ledger.ts";
import { START, asDynamo, createBooks, silent, unhindered } from "../exhaustive/books.ts";
import type { Chance } from "../world/core/prng.ts";
import { AMOUNT, CHECKOUT, PHONE, STK_CALLBACKS } from "./documents.ts";
import { changeDocument } from "./mutate.ts";
import { isShillings, isZero, saidBy, says } from "./said.ts";
import { outcome } from "./target.ts";
import type { Outcome, Target } from "./target.ts";

const ID = transactionId("pay", { storefront: "shop", operation: "start_payment", key: "fuzz" });

/** A ledger that holds one payment, whose push M-PESA has taken. */
const openLedger = async () => {
  const books = createBooks({ prefix: "pay_", moves: PAYMENT_MOVES });
  const ledger = createLedger(books.ledgerDeps("fuzz", { dynamo: asDynamo(books.send(unhindered)), now: () => START }));
  const intent = {
    ...{ id: ID, storefront: "shop", shortcode: "600638", amount: shillings(AMOUNT), phone: Msisdn.parse(PHONE) },
    ...{ reference: "INV-1", description: "INV-1", metadata: {}, fingerprint: "ab".repeat(32), openedBy: "key:fuzz" },
    ...{ requestId: "fuzz", createdAt: START, checkAt: START + 30_000 },
  };
  await ledger.open(intent, DEFAULT_PROMPT_LIMITS);
  const push = { merchantId: "29115-34620561-1", checkoutId: CHECKOUT };
  const from = { source: "submit", at: START, by: "key:fuzz", requestId: "fuzz", raw: null } as const;
  await ledger.record(ID, { finding: "accepted", push, ...from });
  return { books, ledger };
};

const through = async (chance: Chance): Promise<Outcome> => {
  const body = changeDocument(chance, STK_CALLBACKS[chance.between(0, STK_CALLBACKS.length - 1)] ?? "");
  const { books, ledger } = await openLedger();
  const door = stkCallback({
    ledger,
    record: recordEvidence({ ledger, log: silent, count: () => undefined }),
    ask: () => Promise.resolve({ asked: "not_told" }),
    checkToken: () => Promise.resolve(true),
    isSafaricom: () => true,
    onUnlistedCode: () => undefined,
    clock: { now: () => START + 20_000 },
    log: silent,
    count: () => undefined,
  });
  const { status } = await door({
    ...{
      method: "POST",
      route: "/callbacks/v1/stk/{id}/{token}",
      params: { id: ID, token: "" },
      query: {},
      headers: {},
    },
    ...{ body, sourceAddress: "196.201.214.200", requestId: "fuzz", authoriser: {}, remainingMs: () => 10_000 },
  });
  const credited = (await ledger.read(ID))?.state === "succeeded";
  const said = saidBy(body) ?? [];
  return outcome(body, credited, {
    [`answered ${status}`]: status !== 200 && status !== 413,
    "paid by what does not say so":
      credited && !(says(said, ["resultcode"], isZero) && says(said, ["amount"], isShillings(AMOUNT))),
    [books.wrong.join()]: books.wrong.length > 0,
  });
};

export const DOOR_TARGETS: readonly Target[] = [{ name: "STK door", weight: 2, run: through }];
