/**
 * POST /callbacks/v1/stk/{id}/{token}: Safaricom tells how a push ended. What must stay true: what can't be believed or
 * understood is kept all the same, and Daraja is asked instead.
 */
import { readStkCallback } from "../daraja/stk-callback.ts";
import { callbackEvidence } from "../daraja/stk-evidence.ts";
import type { Evidence } from "../domain/evidence.ts";
import { isPaymentId } from "../domain/ids.ts";
import type { AskAbout } from "../payments/ask-about.ts";
import type { RecordEvidence } from "../payments/record-evidence.ts";
import type { HttpRequest, HttpResponse } from "../runtime/http.ts";
import type { Ledger } from "../store/ledger.ts";
import { throughDoor } from "./door.ts";
import type { Arrived, DoorDeps, Kept } from "./door.ts";
import { tell } from "./tell.ts";

export interface StkCallbackDeps extends DoorDeps {
  readonly ledger: Pick<Ledger, "read">;
  readonly record: RecordEvidence;
  readonly ask: AskAbout;
  readonly checkToken: Kept["checkToken"];
  /** Told of a result code that no table lists. */
  readonly onUnlistedCode: (resultCode: string) => void;
}

const readEvidence = (deps: StkCallbackDeps, { raw, isListed, at, requestId }: Arrived): Evidence => {
  const received = { at, by: "safaricom", requestId, raw };
  if (!isListed) return { finding: "unverified", source: "callback", ...received, by: "unlisted address" };
  const callback = readStkCallback(raw);
  if (!callback.readable) return { finding: "unreadable", because: callback.because, source: "callback", ...received };
  if (callback.unlistedCode !== null) deps.onUnlistedCode(callback.unlistedCode);
  return callbackEvidence(callback.finding, received);
};

/** Asks Daraja about a payment whose callback can't be believed or understood. What it does not tell now, the sweep asks again. */
const askInstead = async (deps: StkCallbackDeps, { id, requestId }: Arrived): Promise<void> => {
  try {
    const payment = await deps.ledger.read(id);
    if (payment?.push)
      await deps.ask({ paymentId: id, checkoutId: payment.push.checkoutId, by: "callback", requestId });
  } catch (fault) {
    deps.log.warn("query.no_answer", { transaction: id, because: fault instanceof Error ? fault.name : "unknown" });
  }
};

const keep = async (deps: StkCallbackDeps, arrived: Arrived): Promise<void> => {
  const { id } = arrived;
  const evidence = readEvidence(deps, arrived);
  tell(deps, id, { evidence, outcome: await deps.record(id, evidence) });
  if (evidence.finding === "unverified" || evidence.finding === "unreadable") await askInstead(deps, arrived);
};

/** Takes one callback. */
export const stkCallback = (deps: StkCallbackDeps): ((request: HttpRequest) => Promise<HttpResponse>) =>
  throughDoor(deps, {
    isId: isPaymentId,
    checkToken: deps.checkToken,
    keep: (arrived) => keep(deps, arrived),
  });
