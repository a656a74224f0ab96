/**
 * POST /callbacks/v1/c2b-validation/{shortcode}/{token}: may this customer pay? What must stay true: there is an answer
 * within the budget whatever fails, because M-PESA waits about eight seconds and then does what was said when the URLs
 * were registered; a validation proves nothing, so nothing of it is stored.
 */
import { acceptPayment, rejectPayment } from "../daraja/c2b-replies.ts";
import type { C2bRejection, C2bReply } from "../daraja/c2b-replies.ts";
import { readC2b } from "../daraja/c2b-payment.ts";
import type { C2bPayment } from "../daraja/c2b-payment.ts";
import type { ValidationRules } from "../domain/paybill-validation.ts";
import { routeReference, storefrontsOf } from "../domain/routing.ts";
import type { RoutedStorefront } from "../domain/routing.ts";
import type { OwnShortcodes } from "../payments/record-told.ts";
import type { HttpRequest, HttpResponse } from "../runtime/http.ts";
import type { ToldLedger } from "../store/told-ledger.ts";
import { isShortcode } from "./c2b-id.ts";
import { enter } from "./door.ts";
import type { Arrived, DoorDeps, Kept } from "./door.ts";

export interface ValidationDeps extends Pick<DoorDeps, "isSafaricom" | "clock" | "log" | "count"> {
  readonly told: Pick<ToldLedger, "isKnownReference">;
  readonly storefronts: () => Promise<readonly RoutedStorefront[]>;
  readonly shortcodes: () => Promise<OwnShortcodes>;
  readonly checkToken: Kept["checkToken"];
  readonly rules: () => ValidationRules;
  readonly wait: (ms: number) => Promise<void>;
}

/** How long the look-up may take: less than half of what M-PESA waits, so that a cold start fits in as well. */
export const LOOK_UP_MS = 3_000;

/** A verdict: to accept, or why not. */
type Verdict = "accept" | C2bRejection;

const isKnown = async (deps: ValidationDeps, shortcode: string, { reference }: C2bPayment): Promise<boolean> => {
  if (reference.trim() === "") return false;
  const storefronts = await deps.storefronts();
  if (routeReference(storefronts, { shortcode, reference })?.routing === "matched") return true;
  const ids = storefrontsOf(storefronts, shortcode).map(({ id }) => id);
  return deps.told.isKnownReference(reference, ids);
};

const judge = async (deps: ValidationDeps, payment: C2bPayment): Promise<Verdict> => {
  const { accept, minimum, maximum } = deps.rules();
  const { shortcode, receiver } = await deps.shortcodes();
  if (payment.shortcode !== shortcode && payment.shortcode !== receiver) return "invalid_shortcode";
  if (payment.amount < minimum * 100 || payment.amount > maximum * 100) return "invalid_amount";
  if (accept === "all") return "accept";
  return (await isKnown(deps, shortcode, payment)) ? "accept" : "invalid_account";
};

type Judged = { readonly sure: true; readonly verdict: Verdict } | { readonly sure: false; readonly because: string };

/** `judge` within its time, whatever happens to it. */
const judgeInTime = async (deps: ValidationDeps, { raw, isListed }: Arrived): Promise<Judged> => {
  // A stranger who holds the address learns nothing about references.
  if (!isListed) return { sure: false, because: "it came from an address that is not Safaricom's" };
  const message = readC2b(raw);
  if (!message.readable) return { sure: false, because: message.because };
  const judged = judge(deps, message.payment).then(
    (verdict): Judged => ({ sure: true, verdict }),
    (fault: unknown): Judged => ({ sure: false, because: fault instanceof Error ? fault.name : "unknown" }),
  );
  const late = deps.wait(LOOK_UP_MS).then((): Judged => ({ sure: false, because: "it took too long to look up" }));
  return Promise.race([judged, late]);
};

const replyTo = (verdict: Verdict): C2bReply => (verdict === "accept" ? acceptPayment() : rejectPayment(verdict));

/** Answers one validation. */
export const c2bValidation =
  (deps: ValidationDeps) =>
  async (request: HttpRequest): Promise<HttpResponse> => {
    const entry = await enter(deps, { isId: isShortcode, checkToken: deps.checkToken }, request);
    if (!entry.entered) return entry.answer;
    const { arrived } = entry;
    const judged = await judgeInTime(deps, arrived);
    if (!judged.sure) deps.log.warn("c2b.unsure", { shortcode: arrived.id, because: judged.because });
    const unsure: Verdict = deps.rules().whenUnsure === "accept" ? "accept" : "other";
    const verdict = judged.sure ? judged.verdict : unsure;
    deps.log.info("c2b.answered", { shortcode: arrived.id, verdict });
    return { status: 200, body: replyTo(verdict) };
  };
