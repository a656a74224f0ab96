/** Told payments on DynamoDB: one function per promise of told-ledger.ts. */
import { sha256Hex } from "../domain/canonical-json.ts";
import { isPaymentId } from "../domain/ids.ts";
import { mayBeEcho, mayBeLate, mayBeTwin } from "../domain/paybill-twin.ts";
import type { Payment } from "../domain/payment.ts";
import type { ToldPayment } from "../domain/told-payment.ts";
import { findTwins, isKnownReference } from "./find-twins.ts";
import { keepEvidence } from "./kept-evidence.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { receiptOwner } from "./listing.ts";
import { openPaybill } from "./open-paybill.ts";
import { readOne } from "./read.ts";
import { routePaybill } from "./route-paybill.ts";
import type { ToldLedger } from "./told-ledger.ts";

const mayBeTwinOrEcho = (told: ToldPayment, payment: Payment): boolean =>
  mayBeTwin(told, payment) || mayBeEcho(told, payment);

const createOwner =
  (deps: LedgerDeps): ToldLedger["owner"] =>
  async (receipt) => {
    const id = await receiptOwner(deps, receipt);
    return id === null ? null : { id, payment: isPaymentId(id) ? await readOne(deps, id) : null };
  };

export const createToldLedger = (deps: LedgerDeps): ToldLedger => ({
  owner: createOwner(deps),
  open: (paybill) => openPaybill(deps, paybill),
  twins: (told, storefronts) => findTwins(deps, told, { storefronts, mayBe: mayBeTwinOrEcho }),
  late: (told, storefronts) => findTwins(deps, told, { storefronts, mayBe: mayBeLate }),
  isKnownReference: (reference, storefronts) => isKnownReference(deps, reference, storefronts),
  keep: ({ about, history, evidence, because }) => {
    const rawHash = evidence.raw === null ? null : sha256Hex(evidence.raw);
    return keepEvidence(deps, { id: about, history, because }, { evidence, rawHash });
  },
  route: (payment, routed) => routePaybill(deps, payment, routed),
});
