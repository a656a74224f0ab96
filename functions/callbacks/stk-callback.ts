/**
 * POST /callbacks/v1/stk/{id}/{token}: Safaricom tells how a push ended. Callbacks are unsigned and come once, if at all,
 * so: nothing is read before the token is checked, nothing is acknowledged that is not stored, and nothing is believed
 * that did not come from Safaricom's addresses; Daraja is asked instead.
 */
import { readStkCallback } from "../daraja/stk-callback.ts";
import { callbackEvidence } from "../daraja/stk-evidence.ts";
import type { Clock } from "../domain/clock.ts";
import type { Evidence } from "../domain/evidence.ts";
import { isPaymentId } from "../domain/ids.ts";
import type { AskAbout } from "../payments/ask-about.ts";
import type { RecordEvidence } from "../payments/record-evidence.ts";
import type { HttpRequest, HttpResponse } from "../runtime/http.ts";
import type { Log } from "../runtime/logger.ts";
import type { Count } from "../runtime/metrics.ts";
import type { Ledger, RecordOutcome } from "../store/ledger.ts";

export interface StkCallbackDeps {
  readonly ledger: Pick<Ledger, "read">;
  readonly record: RecordEvidence;
  readonly ask: AskAbout;
  readonly checkToken: (callback: { readonly id: string; readonly token: string }) => Promise<boolean>;
  readonly isSafaricom: (address: string) => boolean;
  /** Told of a result code that no table lists. */
  readonly onUnlistedCode: (resultCode: string) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly count: Count;
}

/** A callback is well under 2 KB; what is larger is not one. */
export const MAX_CALLBACK_BYTES = 65_536;

/** What Safaricom expects to read, whatever we think of the message. */
const ACKNOWLEDGED: HttpResponse = { status: 200, body: { ResultCode: 0, ResultDesc: "Success" } };
const NOT_HERE: HttpResponse = { status: 404, body: null };
const TOO_LARGE: HttpResponse = { status: 413, body: null };
const NOT_STORED: HttpResponse = { status: 503, headers: { "retry-after": "30" }, body: null };

const readEvidence = (deps: StkCallbackDeps, request: HttpRequest, raw: string): Evidence => {
  const received = { at: deps.clock.now(), by: "safaricom", requestId: request.requestId, raw };
  if (!deps.isSafaricom(request.sourceAddress))
    return { finding: "unverified", source: "callback", ...received, by: "unlisted address" };
  const callback = readStkCallback(raw);
  if (!callback.readable) return { finding: "unreadable", because: callback.because, source: "callback", ...received };
  if (callback.unlistedCode !== null) deps.onUnlistedCode(callback.unlistedCode);
  return callbackEvidence(callback.finding, received);
};

/** Says what happened in the log, and to the alarms that it concerns. */
const tell = (deps: StkCallbackDeps, id: string, seen: { evidence: Evidence; outcome: RecordOutcome }): void => {
  const { evidence, outcome } = seen;
  const facts = { transaction: id, finding: evidence.finding };
  if (evidence.finding === "unverified") {
    deps.log.warn("callback.unverified", facts);
    deps.count("UnverifiedCallback");
  } else if (evidence.finding === "unreadable")
    deps.log.warn("callback.unreadable", { ...facts, because: evidence.because });
  if (outcome.recorded === "unknown_transaction") deps.log.warn("callback.unknown_transaction", facts);
  else if (outcome.recorded === "unchanged")
    deps.log.info("callback.unchanged", { ...facts, because: outcome.because });
  else deps.log.info("callback.applied", { ...facts, exception: outcome.exception });
};

/** Asks Daraja about a payment whose callback can't be believed or understood. What it does not tell now, the sweep asks again. */
const askInstead = async (deps: StkCallbackDeps, id: string, requestId: string): Promise<void> => {
  const payment = await deps.ledger.read(id);
  if (payment?.push) await deps.ask({ paymentId: id, checkoutId: payment.push.checkoutId, by: "callback", requestId });
};

const store = async (
  deps: StkCallbackDeps,
  request: HttpRequest,
  message: { id: string; raw: string },
): Promise<HttpResponse> => {
  const { id, raw } = message;
  const evidence = readEvidence(deps, request, raw);
  try {
    tell(deps, id, { evidence, outcome: await deps.record(id, evidence) });
  } catch (fault) {
    deps.log.error("callback.not_stored", { transaction: id }, fault);
    deps.count("CallbackNotStored");
    return NOT_STORED;
  }
  if (evidence.finding === "unverified" || evidence.finding === "unreadable") {
    try {
      await askInstead(deps, id, request.requestId);
    } catch (fault) {
      deps.log.warn("query.no_answer", { transaction: id, because: fault instanceof Error ? fault.name : "unknown" });
    }
  }
  return ACKNOWLEDGED;
};

/** Takes one callback. */
export const stkCallback =
  (deps: StkCallbackDeps) =>
  async (request: HttpRequest): Promise<HttpResponse> => {
    const raw = request.body ?? "";
    if (Buffer.byteLength(raw) > MAX_CALLBACK_BYTES) {
      deps.log.warn("callback.too_large");
      return TOO_LARGE;
    }
    const { id = "", token = "" } = request.params;
    if (!isPaymentId(id) || !(await deps.checkToken({ id, token }))) {
      deps.log.warn("callback.refused");
      return NOT_HERE;
    }
    return store(deps, request, { id, raw });
  };
