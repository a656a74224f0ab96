/**
 * What the organisation does with its own money: a top-up from the bank, the sweep of what it collected into its Working
 * account, the withdrawal to its bank. Each step has a receipt of its own, and both of its sides have that one.
 */
import type { Accounts } from "./accounts.ts";
import type { Clock } from "./clock.ts";
import type { Ids } from "./ids.ts";
import type { AccountName } from "./journal.ts";
import { ownWords } from "./movement.ts";

const CENTS = 100;
const WITHDRAWAL = "Agency Withdrawal of funds to Bank";
const DEPOSIT = "Deposit of funds from Bank";

/** As the portal names the accounts in its statements. MMF is what an account balance calls Working. */
const NAMES: Record<AccountName, string> = {
  utility: "Utility Account",
  working: "Organization MMF Account",
  settlement: "Organization Settlement Account",
  chargesPaid: "Charges Paid Account",
};

type Parts = {
  readonly accounts: Accounts;
  readonly clock: Pick<Clock, "now">;
  readonly ids: Pick<Ids, "receipt">;
};

export const createTreasury = ({ accounts, clock, ids }: Parts) => {
  const movement = (kind: "transfer" | "withdrawal" | "deposit", title: string) => ({
    ...ownWords(kind, title),
    receipt: ids.receipt(),
    initiatedAtMs: clock.now(),
    completedAtMs: clock.now(),
    msisdn: null,
    reference: null,
    linkedReceipt: null,
  });
  /** @param step what moves, in cents; nothing happens when that is nothing */
  const transfer = (shortcode: string, step: { from: AccountName; to: AccountName; cents: number }): void => {
    const { from, to, cents } = step;
    if (cents <= 0) return;
    accounts.move({ shortcode, movement: movement("transfer", `${NAMES[from]} to ${NAMES[to]}`), cents }, from, to);
  };
  const withdraw = (shortcode: string, cents: number): void => {
    if (cents > 0) accounts.move({ shortcode, movement: movement("withdrawal", WITHDRAWAL), cents }, "working", null);
  };
  const addToUtility = (shortcode: string, cents: number): void => {
    if (cents <= 0) return;
    accounts.move({ shortcode, movement: movement("deposit", DEPOSIT), cents }, null, "working");
    transfer(shortcode, { from: "working", to: "utility", cents });
  };

  return {
    /** From the bank into Utility. Mends the receiver that finds no float. */
    topUp(shortcode: string, shillings: number): void {
      addToUtility(shortcode, shillings * CENTS);
      accounts.wet(shortcode);
    },
    /** Makes Utility hold this: the difference comes from the bank, or goes there. */
    setUtility(shortcode: string, shillings: number): void {
      const cents = shillings * CENTS - accounts.funds(shortcode).utility;
      addToUtility(shortcode, cents);
      transfer(shortcode, { from: "utility", to: "working", cents: -cents });
      withdraw(shortcode, -cents);
    },
    /**
     * Revenue settlement: `cents` of Utility go through the Settlement account, which first pays what Charges Paid owes,
     * into Working, and with `toBank` all of Working goes on to the bank.
     */
    sweep(shortcode: string, cents: number, toBank: boolean): void {
      transfer(shortcode, { from: "utility", to: "settlement", cents });
      const { chargesPaid, settlement } = accounts.funds(shortcode);
      transfer(shortcode, { from: "settlement", to: "chargesPaid", cents: Math.min(-chargesPaid, settlement) });
      const rest = accounts.funds(shortcode).settlement;
      transfer(shortcode, { from: "settlement", to: "working", cents: rest });
      if (toBank) withdraw(shortcode, accounts.funds(shortcode).working);
    },
  };
};
