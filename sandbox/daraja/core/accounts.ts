/**
 * The organisation's money at M-PESA, per shortcode, in integer cents. Customers' payments land in Utility, payouts
 * leave from it, and the fee of each payout makes Charges Paid more negative: it is settled from elsewhere, so a float
 * of exactly the amount is enough.
 */
const CENTS = 100;

/** What a payout costs the organisation, in whole shillings: [up to this amount, fee] (Safaricom's B2C tariff of 2023). */
const B2C_FEES: readonly (readonly [upTo: number, fee: number])[] = [
  [100, 0],
  [1500, 5],
  [5000, 9],
  [20_000, 11],
];
const B2C_FEE_ABOVE = 13;

/** Whole shillings for an amount in whole shillings. */
export const payoutFee = (amount: number): number => B2C_FEES.find(([upTo]) => amount <= upTo)?.[1] ?? B2C_FEE_ABOVE;

/** Cents. Charges Paid is never above zero. */
export type Funds = { readonly working: number; readonly utility: number; readonly chargesPaid: number };

/** Every time Utility was debited for a payout: counted where the money leaves, whatever any request or record says. */
export type PaidOut = { readonly count: number; readonly cents: number };

type Account = { -readonly [Name in keyof Funds]: Funds[Name] } & { dry: boolean; paidOut: PaidOut };

/** `1234.50`: cents as M-PESA writes an amount. */
export const withCents = (cents: number): string => {
  const [sign, whole] = cents < 0 ? ["-", -cents] : ["", cents];
  return `${sign}${Math.trunc(whole / CENTS)}.${String(whole % CENTS).padStart(2, "0")}`;
};

export type Accounts = ReturnType<typeof createAccounts>;

/** @param utilityShillings what each shortcode's Utility account starts with */
export const createAccounts = (shortcodes: Iterable<string>, utilityShillings: number) => {
  const empty = { working: 0, chargesPaid: 0, dry: true, paidOut: { count: 0, cents: 0 } };
  const byShortcode = new Map(
    [...shortcodes].map((shortcode): [string, Account] => [shortcode, { ...empty, utility: utilityShillings * CENTS }]),
  );
  const none: Account = { ...empty, utility: 0 };
  const accountOf = (shortcode: string): Account => byShortcode.get(shortcode) ?? { ...none };

  return {
    has: (shortcode: string): boolean => byShortcode.has(shortcode),
    /** A copy: what the accounts hold now. */
    funds: (shortcode: string): Funds => ({ ...accountOf(shortcode) }),
    /** A customer paid. `amount` in whole shillings. */
    credit(shortcode: string, amount: number): void {
      accountOf(shortcode).utility += amount * CENTS;
    },
    /** Takes a payout and its fee; false, and nothing taken, when Utility does not cover the amount. */
    debit(shortcode: string, amount: number): boolean {
      const account = accountOf(shortcode);
      if (account.utility < amount * CENTS) return false;
      account.utility -= amount * CENTS;
      account.chargesPaid -= payoutFee(amount) * CENTS;
      account.paidOut = { count: account.paidOut.count + 1, cents: account.paidOut.cents + amount * CENTS };
      return true;
    },
    paidOut: (shortcode: string): PaidOut => accountOf(shortcode).paidOut,
    /** Whether the receiver that finds no float still finds none: until the first top-up. */
    isDry: (shortcode: string): boolean => accountOf(shortcode).dry,
    setUtility(shortcode: string, shillings: number): void {
      accountOf(shortcode).utility = shillings * CENTS;
    },
    topUp(shortcode: string, shillings: number): void {
      const account = accountOf(shortcode);
      account.utility += shillings * CENTS;
      account.dry = false;
    },
    shortcodes: (): string[] => [...byShortcode.keys()],
  };
};
