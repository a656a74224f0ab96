/**
 * A customer's payment, however it was made: the only place where customers' money moves. The books come first; whoever
 * registered for it is told afterwards.
 */
import type { Accounts } from "./accounts.ts";
import type { Confirmation, Confirmations } from "./confirmations.ts";
import type { Merchant } from "./merchants.ts";
import { paymentWords } from "./movement.ts";
import type { Switches } from "./switches.ts";
import { paymentFee } from "./tariffs.ts";

const CENTS = 100;

/** A payment that its payer has agreed to. */
export type Collected = {
  readonly by: "push" | "menu";
  readonly kind: Merchant["kind"];
  readonly shortcode: string;
  readonly receipt: string;
  readonly msisdn: string;
  readonly reference: string;
  readonly cents: number;
  readonly initiatedAtMs: number;
  readonly completedAtMs: number;
  readonly thirdPartyTransId: string;
};

type Parts = {
  readonly accounts: Pick<Accounts, "credit" | "funds">;
  readonly confirmations: Pick<Confirmations, "send">;
  readonly switches: () => Switches;
};

export type Collect = ReturnType<typeof createCollect>;

export const createCollect =
  ({ accounts, confirmations, switches }: Parts) =>
  /** `changed` is called with every attempt to confirm. `told` resolves when the last one is over. */
  (paid: Collected, changed: () => void): { confirmation: Confirmation | null; told: Promise<void> } => {
    const { kind, shortcode, receipt, msisdn, cents, initiatedAtMs, completedAtMs, thirdPartyTransId } = paid;
    const reference = kind === "till" ? null : paid.reference;
    const names = { receipt, msisdn, reference, linkedReceipt: null };
    const movement = { ...paymentWords(kind, paid.by), ...names, initiatedAtMs, completedAtMs };
    const feeCents = paymentFee(switches().c2b_tariff, cents / CENTS) * CENTS;
    accounts.credit({ shortcode, movement, cents }, feeCents);
    const payment = { kind, shortcode, transactionId: receipt, atMs: completedAtMs, cents, msisdn, thirdPartyTransId };
    const balance = accounts.funds(shortcode).utility;
    return confirmations.send({ ...payment, reference: reference ?? "", balance }, changed);
  };
