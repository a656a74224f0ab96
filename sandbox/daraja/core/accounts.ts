/**
 * The organisation's money at M-PESA, per shortcode, in integer cents. Customers' payments land in Utility, payouts and
 * reversals leave from it, and the fee of each payout makes Charges Paid more negative: it is settled from elsewhere, so
 * a float of exactly the amount is enough. No balance changes without a line in the journal, so what an account held
 * first and its lines add up to what it holds now.
 */
import type { AccountName, Journal } from "./journal.ts";
import type { Movement } from "./movement.ts";
import { payoutFee } from "./tariffs.ts";

const CENTS = 100;

/** Cents. Charges Paid is never above zero. */
export type Funds = Readonly<Record<AccountName, number>>;

/** Every time Utility was debited for a payout: counted where the money leaves, whatever any request or record says. */
export type PaidOut = { readonly count: number; readonly cents: number };

type Account = { readonly funds: Record<AccountName, number>; dry: boolean; paidOut: PaidOut };

/** `1234.50`: cents as M-PESA writes an amount. */
export const withCents = (cents: number): string => {
  const [sign, whole] = cents < 0 ? ["-", -cents] : ["", cents];
  return `${sign}${Math.trunc(whole / CENTS)}.${String(whole % CENTS).padStart(2, "0")}`;
};

export type Accounts = ReturnType<typeof createAccounts>;

/** What one transaction does to the accounts of a shortcode; amounts in cents. */
type Posting = { readonly shortcode: string; readonly movement: Movement; readonly cents: number };

/** @param utilityShillings what each shortcode's Utility account starts with */
export const createAccounts = (
  shortcodes: Iterable<string>,
  utilityShillings: number,
  journal: Pick<Journal, "add">,
) => {
  const newAccount = (utility: number): Account => ({
    funds: { utility, working: 0, chargesPaid: 0, settlement: 0 },
    dry: true,
    paidOut: { count: 0, cents: 0 },
  });
  const byShortcode = new Map([...shortcodes].map((shortcode) => [shortcode, newAccount(utilityShillings * CENTS)]));
  const accountOf = (shortcode: string): Account => byShortcode.get(shortcode) ?? newAccount(0);

  const post = (
    { shortcode, movement, cents }: Posting,
    account: AccountName,
    part: "principal" | "charge" = "principal",
  ): void => {
    if (cents === 0) return;
    const { funds } = accountOf(shortcode);
    funds[account] += cents;
    journal.add(shortcode, { movement, account, part, cents, balance: funds[account] });
  };

  return {
    has: (shortcode: string): boolean => byShortcode.has(shortcode),
    /** A copy: what the accounts hold now. */
    funds: (shortcode: string): Funds => ({ ...accountOf(shortcode).funds }),
    /** A customer paid. `feeCents` is the organisation's share of what that costs, taken from Utility at once. */
    credit(posting: Posting, feeCents: number): void {
      post(posting, "utility");
      post({ ...posting, cents: -feeCents }, "utility", "charge");
    },
    /** Whether Utility holds so many cents. */
    covers: (shortcode: string, cents: number): boolean => accountOf(shortcode).funds.utility >= cents,
    /** Takes a payout and its fee, once it is known to be covered. */
    payOut(posting: Posting): void {
      const { shortcode, cents } = posting;
      post({ ...posting, cents: -cents }, "utility");
      post({ ...posting, cents: -payoutFee(cents / CENTS) * CENTS }, "chargesPaid", "charge");
      const account = accountOf(shortcode);
      account.paidOut = { count: account.paidOut.count + 1, cents: account.paidOut.cents + cents };
    },
    /** Gives a customer's money back, once it is known to be covered. */
    giveBack: (posting: Posting): void => post({ ...posting, cents: -posting.cents }, "utility"),
    /** From one account of the shortcode to another; null is the world outside. Two lines with one receipt. */
    move(posting: Posting, from: AccountName | null, to: AccountName | null): void {
      if (from !== null) post({ ...posting, cents: -posting.cents }, from);
      if (to !== null) post(posting, to);
    },
    paidOut: (shortcode: string): PaidOut => accountOf(shortcode).paidOut,
    /** Whether the receiver that finds no float still finds none: until the first top-up. */
    isDry: (shortcode: string): boolean => accountOf(shortcode).dry,
    wet(shortcode: string): void {
      accountOf(shortcode).dry = false;
    },
    shortcodes: (): string[] => [...byShortcode.keys()],
  };
};
