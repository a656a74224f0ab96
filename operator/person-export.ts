/**
 * A transaction as the person that it is about may read it. What must stay true: everything that the ledger says about them
 * is in it, and nothing about the business's own accounts, of which Safaricom's messages speak.
 */
import { wholeShillings } from "../functions/domain/money.ts";
import { utcIso } from "../functions/domain/time.ts";
import { readKnown } from "../functions/store/history.ts";
import type { PersonsItem } from "../functions/store/person.ts";

const common = (
  kind: string,
  thing: {
    readonly id: string;
    readonly storefront: string;
    readonly state: string;
    readonly amount: Parameters<typeof wholeShillings>[0];
    readonly reference: string;
    readonly receipt: string | null;
    readonly createdAt: number;
    readonly history: readonly { readonly at: number; readonly finding: string; readonly to: string | null }[];
  },
) => ({
  id: thing.id,
  kind,
  storefront: thing.storefront,
  made_at: utcIso(thing.createdAt),
  state: thing.state,
  amount: wholeShillings(thing.amount),
  currency: "KES",
  reference: thing.reference,
  receipt: thing.receipt,
  history: thing.history.map(({ at, finding, to }) => ({ at: utcIso(at), finding, state: to })),
});

/** One transaction as its person may read it: what is about them, and nothing about the business's accounts. */
export const exported = ({ item }: PersonsItem): object => {
  const known = readKnown(item);
  switch (known.kind) {
    case "payment": {
      const { payment } = known;
      const { payerName: payer_name, description, metadata } = payment;
      return { ...common("payment", payment), payer_name, description, metadata };
    }
    case "payout": {
      const { payout } = known;
      return { ...common("payout", payout), remarks: payout.remarks, purpose: payout.kind, metadata: payout.metadata };
    }
    case "refund":
      return { ...common("refund", known.refund), payment: known.refund.paymentId, reason: known.refund.reason };
    case "batch":
      throw new Error("a batch is nobody's own");
  }
};
