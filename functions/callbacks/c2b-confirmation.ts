/**
 * POST /callbacks/v1/c2b-confirmation/{shortcode}/{token}: a customer has paid. What must stay true: M-PESA is told that
 * all is well only when the payment is on the ledger, or its text is kept for a person; a text that did not come from
 * Safaricom, or is about somebody else's shortcode, credits nothing. Should it be true all the same, the hourly pull
 * brings the payment.
 */
import { readC2b } from "../daraja/c2b-payment.ts";
import type { C2bPayment } from "../daraja/c2b-payment.ts";
import { sha256Hex } from "../domain/canonical-json.ts";
import type { Evidence, Finding } from "../domain/evidence.ts";
import { ownerOfShortcode } from "../domain/routing.ts";
import type { RoutedStorefront } from "../domain/routing.ts";
import type { RecordTold } from "../domain/told-payment.ts";
import type { OwnShortcodes } from "../payments/record-told.ts";
import type { HttpRequest, HttpResponse } from "../runtime/http.ts";
import type { ExceptionLedger, NewException } from "../store/exception-ledger.ts";
import type { ToldLedger } from "../store/told-ledger.ts";
import { isShortcode } from "./c2b-id.ts";
import { throughDoor } from "./door.ts";
import type { Arrived, DoorDeps, Kept } from "./door.ts";

export interface ConfirmationDeps extends DoorDeps {
  readonly recordTold: RecordTold;
  readonly told: Pick<ToldLedger, "keep">;
  readonly exceptions: Pick<ExceptionLedger, "raise">;
  readonly storefronts: () => Promise<readonly RoutedStorefront[]>;
  readonly shortcodes: () => Promise<OwnShortcodes>;
  readonly checkToken: Kept["checkToken"];
}

/** What a person is to look at, and why. */
interface Trouble {
  readonly finding: Finding;
  readonly kind: "unverified_source" | "unreadable_callback";
  /** Names the message for good. */
  readonly line: string;
  readonly facts: NewException["facts"];
  readonly because: string;
}

const SAFARICOM = "safaricom";
const STRANGER = "unlisted address";

/** Keeps the text under its shortcode, then has a person look at it: once, however often it comes. */
const keepAside = async (deps: ConfirmationDeps, arrived: Arrived, trouble: Trouble): Promise<void> => {
  const { id: shortcode, at, requestId, raw, isListed } = arrived;
  const by = isListed ? SAFARICOM : STRANGER;
  const evidence: Evidence = { ...trouble.finding, source: "c2b", at, by, requestId, raw };
  await deps.told.keep({ about: shortcode, history: [], evidence, because: trouble.because });
  const storefront = ownerOfShortcode(await deps.storefronts(), shortcode);
  if (storefront === null) return;
  const { kind, line, facts } = trouble;
  const found = { storefront, kind, about: { line }, facts, source: "c2b", at, by, requestId } as const;
  const raised = await deps.exceptions.raise(found);
  if (raised.raised === "new") deps.count("ExceptionOpened");
};

const unreadable = async (deps: ConfirmationDeps, arrived: Arrived, because: string): Promise<void> => {
  deps.log.warn("c2b.unreadable", { shortcode: arrived.id, because });
  const line = `c2b#${sha256Hex(arrived.raw)}`;
  const finding: Finding = { finding: "unreadable", because };
  await keepAside(deps, arrived, { finding, kind: "unreadable_callback", line, facts: { because }, because });
};

const unverified = async (
  deps: ConfirmationDeps,
  arrived: Arrived,
  { payment, because }: { readonly payment: C2bPayment | null; readonly because: string },
): Promise<void> => {
  deps.log.warn("c2b.unverified", { shortcode: arrived.id, because });
  deps.count("UnverifiedCallback");
  const line = `c2b#${payment?.receipt ?? sha256Hex(arrived.raw)}`;
  const facts = { because, ...(payment ? { receipt: payment.receipt, amount_cents: payment.amount } : {}) };
  const finding: Finding = { finding: "unverified" };
  await keepAside(deps, arrived, { finding, kind: "unverified_source", line, facts, because });
};

const keep = async (deps: ConfirmationDeps, arrived: Arrived): Promise<void> => {
  const { raw, isListed, at, requestId } = arrived;
  const message = readC2b(raw);
  if (!isListed) {
    const because = "it came from an address that is not Safaricom's";
    return unverified(deps, arrived, { payment: message.readable ? message.payment : null, because });
  }
  if (!message.readable) return unreadable(deps, arrived, message.because);
  const { payment } = message;
  const { shortcode, receiver } = await deps.shortcodes();
  if (payment.shortcode !== shortcode && payment.shortcode !== receiver)
    return unverified(deps, arrived, { payment, because: "it is about a shortcode that is not ours" });
  const { receipt, amount, reference, payer, paidAt } = payment;
  const heard = { source: "c2b", at, by: SAFARICOM, requestId, raw } as const;
  await deps.recordTold({ ...heard, receipt, amount, shortcode: payment.shortcode, reference, payer, paidAt });
};

/** Takes one confirmation. */
export const c2bConfirmation = (deps: ConfirmationDeps): ((request: HttpRequest) => Promise<HttpResponse>) =>
  throughDoor(deps, { isId: isShortcode, checkToken: deps.checkToken, keep: (arrived) => keep(deps, arrived) });
