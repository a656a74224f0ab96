/**
 * What a line of a statement is about, by the portal's own names for transactions. The names are data with the place
 * where each was seen, because Safaricom publishes no list. What must stay true: a payer's text never decides, a name
 * counts only in the direction that it moves money in, and what nobody has seen is `other`, for a person to say.
 */
import type { LineKind } from "../domain/statement-line.ts";

type Direction = "in" | "out" | "either";

interface Name {
  readonly kind: LineKind;
  readonly direction: Direction;
  readonly names: readonly string[];
  /** Where the names were seen. */
  readonly source: string;
}

export const NAMES: readonly Name[] = [
  {
    kind: "payment",
    direction: "in",
    names: [
      ...["Pay Bill", "Pay Bill Online", "Small Business Pay Bill", "Merchant Pay Utility Received"],
      ...["Business Pay Bill via API", "FSI to Pay Bill"],
    ],
    source: "Details of the current template: navariltd/frappe-mpsa-payments, tests/fixtures/make_fixture.py",
  },
  {
    kind: "payment",
    direction: "in",
    names: ["Pay Utility", "Pay Utility with OD via STK", "Pay Utility with OD Online", "Standing Order Pay Bill"],
    source: "Reason Type of the classic template: the same fixture; an insurer's importer of portal reports",
  },
  {
    kind: "payment",
    direction: "in",
    names: ["Customer Merchant Payment", "Merchant Payment", "Merchant Payment Online", "Buy Goods"],
    source: "TransactionType of C2B confirmations to tills; Details of tills' statements",
  },
  {
    kind: "charge",
    direction: "out",
    names: ["Pay Bill Charge", "Pay Merchant Charge", "Merchant Payment Charge"],
    source: "Details of charge rows: the same fixture; importers of tills' statements",
  },
  {
    kind: "payout",
    direction: "out",
    names: [
      ...["Business Payment to Customer via API", "Business Payment to Customer", "Promotion Payment via API"],
      ...["Promotion Payment", "Salary Payment via API", "Salary Payment"],
      "Business Payment to Customer Withdrawal Charge Paid via API",
      ...["Business Payment to Customer Withdrawal Charge Paid", "Salary Payment Withdrawal Charge Paid"],
      "Salary Payment Withdrawal Charge Paid via API",
    ],
    source:
      "ReasonType of transaction status results, Safaricom's documentation; lists of reason types of B2C payments",
  },
  {
    kind: "transfer",
    direction: "either",
    names: [
      ...["Utility Account to Organization Settlement Account", "Utility Account to Organization Settlement"],
      "Merchant Account to Organization Settlement Account",
      "Organization Settlement Account to Organization MMF Account",
      ...["Move Funds from MMF Account to Utility Account", "Settlement"],
    ],
    source: "Details and Reason Type of both templates: the same fixture; Safaricom's B2C questions and answers",
  },
  {
    kind: "withdrawal",
    direction: "out",
    names: ["Agency Withdrawal of funds to Bank"],
    source: "Details of the current template: the same fixture",
  },
];

interface Family {
  readonly kind: LineKind;
  readonly direction: Direction;
  readonly shape: RegExp;
}

/**
 * Names that vary, in the order in which they are asked. `Pay Utility Reversal by Daraja ...` was seen on customers'
 * statements; that the portal's names for charges end in `Charge` and for transfers name two accounts is all rows seen.
 */
const FAMILIES: readonly Family[] = [
  { kind: "reversal", direction: "either", shape: /\b(?:reversal|reversed)\b/ },
  { kind: "charge", direction: "out", shape: /\bcharges?$/ },
  { kind: "transfer", direction: "either", shape: /\baccount to (?:[a-z]+ )*account$/ },
  { kind: "withdrawal", direction: "out", shape: /\bwithdrawal of funds to bank\b/ },
];

const folded = (text: string): string => text.toLowerCase().replace(/\s+/g, " ").trim();

const BY_NAME: ReadonlyMap<string, Name> = new Map(
  NAMES.flatMap((entry) => entry.names.map((name) => [folded(name), entry] as const)),
);

const moves = (direction: Direction, amount: number): boolean =>
  direction === "either" || amount === 0 || amount > 0 === (direction === "in");

/** A family's name ends where a payer or an operator begins. */
const SOMEBODY = / (?:from|by) | acc[.]| - /;

/** Null for a name that nobody has seen; `other` for one that moves money the wrong way. */
const kindOf = (name: string, amount: number): LineKind | null => {
  const whole = folded(name);
  const [own = ""] = whole.split(SOMEBODY);
  const found = BY_NAME.get(whole) ?? FAMILIES.find(({ shape }) => shape.test(own));
  if (found === undefined) return null;
  return moves(found.direction, amount) ? found.kind : "other";
};

/**
 * Classifies by what happened, then by the reason type. `action` is the Details without who and for which account, and
 * decides first: a charge carries the reason type of the payment that it is for.
 */
export const lineKind = (action: string, reason: string, amount: number): LineKind =>
  kindOf(action, amount) ?? kindOf(reason, amount) ?? "other";
