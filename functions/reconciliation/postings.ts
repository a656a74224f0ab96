/**
 * The books: what each line moved, and against what. What must stay true: every completed line is posted once, each
 * posting takes from one account what it puts onto another, and money that nobody can explain lies in suspense, so that
 * customers, payees and refunds hold only what the ledger and the statement both know.
 */
import { SignedCents } from "../domain/balance.ts";
import { OTHER_ACCOUNTS, OWN_ACCOUNTS } from "../domain/matching.ts";
import type { LedgerKind, LineEntry, OwnAccount, PostingAccount } from "../domain/matching.ts";
import type { StatementLine } from "../domain/statement-line.ts";
import { sidesOf } from "./accounts.ts";

/** Against what a line is posted that is a transaction of the ledger. */
export const AGAINST_LEDGER: Readonly<Record<LedgerKind, PostingAccount>> = {
  payment: "customers",
  payout: "payees",
  refund: "refunds",
};

export type Place = Pick<LineEntry, "account" | "against">;

/** A transfer's text says where it went; a transfer from or to the bank has no other side at M-PESA. */
const placeOfTransfer = ({ details, amount }: StatementLine, file: OwnAccount): Place => {
  const { from, to, bank } = sidesOf(details);
  // One file is of one account, but some show both sides: what left is the first account's, what came in the second's.
  const account = from === null || to === null ? file : amount < 0 ? from : to;
  return { account, against: bank ? "bank" : "transit" };
};

/** Where a line belongs that no transaction of the ledger explains; `file`: the account whose statement it is in. */
export const placeOf = (line: StatementLine, file: OwnAccount): Place => {
  switch (line.kind) {
    case "charge":
      return { account: file, against: "fees" };
    case "transfer":
      return placeOfTransfer(line, file);
    case "withdrawal":
      return { account: file, against: "bank" };
    case "reversal":
      // Out: a payment given back that nobody here asked for. In: a payout that came back.
      return { account: file, against: line.amount < 0 ? "refunds" : "payees" };
    case "payment":
    case "payout":
    case "other":
      return { account: file, against: "suspense" };
  }
};

/** One half of a posting: the other half is the same amount taken from another account. */
export interface Posting {
  readonly row: number;
  readonly account: PostingAccount;
  readonly amount: SignedCents;
}

/** The two halves of a line's posting: together zero. */
export const postingsOf = ({ row, account, against, amount }: LineEntry): readonly [Posting, Posting] => [
  { row, account, amount },
  { row, account: against, amount: SignedCents.parse(0 - amount) },
];

export type Movements = Readonly<Record<PostingAccount, SignedCents>>;

/** What the postings of these lines add up to. Throws when a sum is too large to be exact. */
export const movementsOf = (lines: Iterable<Pick<LineEntry, "account" | "against" | "amount">>): Movements => {
  const sums = new Map<PostingAccount, number>();
  const add = (account: PostingAccount, cents: number) => sums.set(account, (sums.get(account) ?? 0) + cents);
  for (const { account, against, amount } of lines) {
    add(account, amount);
    add(against, 0 - amount);
  }
  const total = (account: PostingAccount): SignedCents => SignedCents.parse((sums.get(account) ?? 0) + 0);
  const [utility, merchant, working, chargesPaid, settlement, float] = OWN_ACCOUNTS;
  const [customers, payees, refunds, fees, bank, transit, suspense] = OTHER_ACCOUNTS;
  return {
    [utility]: total(utility),
    [merchant]: total(merchant),
    [working]: total(working),
    [chargesPaid]: total(chargesPaid),
    [settlement]: total(settlement),
    [float]: total(float),
    [customers]: total(customers),
    [payees]: total(payees),
    [refunds]: total(refunds),
    [fees]: total(fees),
    [bank]: total(bank),
    [transit]: total(transit),
    [suspense]: total(suspense),
  };
};
