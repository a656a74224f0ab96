/**
 * POST /callbacks/v1/{kind}/{id}/{token}: M-PESA's word on payouts, on questions about them and on balances. One door for
 * all six kinds; a token is for one kind and one id, so nothing that was meant for one is taken for another.
 */
import type { CallbackKind } from "../daraja/callback-url.ts";
import { isPayoutId } from "../domain/ids.ts";
import { isQuestionId } from "../payouts/question-id.ts";
import type { HttpRequest, HttpResponse } from "../runtime/http.ts";
import { keepBalance, noteLateBalance } from "./balance-result.ts";
import type { BalanceDeps } from "./balance-result.ts";
import { notHere, throughDoor } from "./door.ts";
import type { DoorDeps, Kept } from "./door.ts";
import { keepResult } from "./payout-result.ts";
import type { PayoutResultDeps } from "./payout-result.ts";

export type ResultKind = Exclude<CallbackKind, "stk">;

export interface ResultsDeps extends DoorDeps, PayoutResultDeps, BalanceDeps {
  readonly checkToken: (callback: {
    readonly kind: ResultKind;
    readonly id: string;
    readonly token: string;
  }) => Promise<boolean>;
}

const kinds = (deps: ResultsDeps): Readonly<Record<ResultKind, Pick<Kept, "isId" | "keep">>> => ({
  b2c: { isId: isPayoutId, keep: keepResult(deps, "b2c") },
  "b2c-late": { isId: isPayoutId, keep: keepResult(deps, "b2c-late") },
  status: { isId: isPayoutId, keep: keepResult(deps, "status") },
  "status-late": { isId: isPayoutId, keep: keepResult(deps, "status-late") },
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
