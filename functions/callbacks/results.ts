/**
 * POST /callbacks/v1/{kind}/{id}/{token}: M-PESA's word on payouts and refunds, on questions about them, on receipts and on
 * balances. One door for all of these kinds; a token is for one kind and one id, so nothing that was meant for one is taken for another.
 */
import type { CallbackKind } from "../daraja/callback-url.ts";
import { isExceptionId, isPayoutId, isRefundId } from "../domain/ids.ts";
import { isQuestionId } from "../payouts/question-id.ts";
import type { HttpRequest, HttpResponse } from "../runtime/http.ts";
import { keepBalance, noteLateBalance } from "./balance-result.ts";
import type { BalanceDeps } from "./balance-result.ts";
import { notHere, throughDoor } from "./door.ts";
import type { Arrived, DoorDeps, Kept } from "./door.ts";
import { keepResult } from "./payout-result.ts";
import type { PayoutResultDeps } from "./payout-result.ts";
import { keepReceiptWord } from "./receipt-result.ts";
import type { ReceiptResultDeps } from "./receipt-result.ts";
import { keepReversal } from "./reversal-result.ts";
import type { ReversalResultDeps } from "./reversal-result.ts";

export type ResultKind = Exclude<CallbackKind, "stk" | "c2b-validation" | "c2b-confirmation">;

export interface ResultsDeps extends DoorDeps, PayoutResultDeps, ReversalResultDeps, ReceiptResultDeps, BalanceDeps {
  readonly checkToken: (callback: {
    readonly kind: ResultKind;
    readonly id: string;
    readonly token: string;
  }) => Promise<boolean>;
}

/** An answer to a question, which is about a payout or about a refund. */
const answered = (deps: ResultsDeps, kind: "status" | "status-late"): Pick<Kept, "isId" | "keep"> => {
  const ofPayout = keepResult(deps, kind);
  const ofRefund = keepReversal(deps, kind);
  return {
    isId: (id) => isPayoutId(id) || isRefundId(id),
    keep: (arrived: Arrived) => (isRefundId(arrived.id) ? ofRefund(arrived) : ofPayout(arrived)),
  };
};

const kinds = (deps: ResultsDeps): Readonly<Record<ResultKind, Pick<Kept, "isId" | "keep">>> => ({
  b2c: { isId: isPayoutId, keep: keepResult(deps, "b2c") },
  "b2c-late": { isId: isPayoutId, keep: keepResult(deps, "b2c-late") },
  status: answered(deps, "status"),
  "status-late": answered(deps, "status-late"),
  receipt: { isId: isExceptionId, keep: keepReceiptWord(deps, "receipt") },
  "receipt-late": { isId: isExceptionId, keep: keepReceiptWord(deps, "receipt-late") },
  reversal: { isId: isRefundId, keep: keepReversal(deps, "reversal") },
  "reversal-late": { isId: isRefundId, keep: keepReversal(deps, "reversal-late") },
  balance: { isId: isQuestionId, keep: keepBalance(deps) },
  "balance-late": { isId: isQuestionId, keep: noteLateBalance(deps) },
});

/** Takes one callback, of the kind that its route names: `/callbacks/v1/<kind>/{id}/{token}`. */
export const takeResult = (deps: ResultsDeps): ((request: HttpRequest) => Promise<HttpResponse>) => {
  const known = kinds(deps);
  const isKnown = (kind: string): kind is ResultKind => Object.hasOwn(known, kind);
  return (request) => {
    const kind = request.route.split("/")[3] ?? "";
    if (!isKnown(kind)) return Promise.resolve(notHere(deps));
    const checkToken: Kept["checkToken"] = (callback) => deps.checkToken({ kind, ...callback });
    return throughDoor(deps, { ...known[kind], checkToken })(request);
  };
};
