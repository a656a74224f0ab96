/**
 * What a report says to whoever audits it: for each match the rule and the evidence, for each exception what was found and
 * what to do. What must stay true: it names receipts, rows, ids, amounts and statuses, and nothing that a customer typed or
 * is called.
 */
import type { SignedCents } from "../domain/balance.ts";
import type {
  Classified,
  ClassifiedKind,
  Clue,
  LedgerEntry,
  LedgerKind,
  LineEntry,
  Match,
  MatchException,
} from "../domain/matching.ts";

/** More names than this are counted, not listed. */
const MOST_NAMES = 5;

const CENTS = 100;

/** `150050` -> `KES 1,500.50`; which way it went is said in words. */
const kes = (amount: SignedCents): string => {
  const cents = Math.abs(amount);
  const whole = String(Math.trunc(cents / CENTS)).replace(/\B(?=(?:\d{3})+$)/g, ",");
  return `KES ${whole}.${String(cents % CENTS).padStart(2, "0")}`;
};

const money = (amount: SignedCents): string => `${kes(amount)} ${amount < 0 ? "out" : "in"}`;

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
] as const;

const NO_TIME = "in the same second";

/** How long after the ledger's time the line completed, in the largest unit that fits. */
const apart = (line: LineEntry, ledger: LedgerEntry): string => {
  const ms = line.completedAt - ledger.at;
  const [unit, size] = UNITS.find(([, unitMs]) => Math.abs(ms) >= unitMs) ?? [null, 1];
  if (unit === null) return NO_TIME;
  const count = Math.round(Math.abs(ms) / size);
  return `${count} ${unit}${count === 1 ? "" : "s"} ${ms < 0 ? "before" : "after"} the ledger's time`;
};

const listed = (names: readonly string[]): string => {
  const shown = names.slice(0, MOST_NAMES).join(", ");
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
};

const rowsOf = (lines: readonly LineEntry[]): string =>
  `${lines.length === 1 ? "row" : "rows"} ${listed(lines.map(({ row }) => String(row)))}`;

const named = ({ kind, id }: LedgerEntry): string => `${kind} ${id}`;

const STATES: Readonly<Record<LedgerEntry["state"], string>> = {
  succeeded: "",
  open: " The ledger does not know yet how it ended: this is the proof that money moved.",
  failed: " The ledger has it as failed: this is the proof that money moved after all.",
};

const charged = ({ chargeRow }: Match): string => (chargeRow === null ? "" : ` Its charge is row ${chargeRow}.`);

const byDetails = (match: Extract<Match, { readonly rule: "details" }>): string => {
  const { line, ledger, phone, reference, setAside } = match;
  const said = [
    `the same amount (${money(line.amount)})`,
    `completed ${apart(line, ledger)}`,
    phone === "agrees" ? "a phone number that fits" : "no phone number to compare",
    reference === "same" ? "the same reference" : "no reference to compare",
  ];
  const aside =
    setAside === 0
      ? ""
      : ` ${setAside} more with the same details ${setAside === 1 ? "was" : "were"} set aside: M-PESA said that no money moved there, and that it did here.`;
  return `Rule 2, details: row ${line.row} (receipt ${line.receipt}) and ${named(ledger)}, for which no receipt was known: ${said.join(", ")}. No other line fits it, and the line fits no other transaction.${aside}`;
};

/** The rule and the evidence. */
export const explainMatch = (match: Match): string => {
  const { line, ledger } = match;
  const found =
    match.rule === "details"
      ? byDetails(match)
      : `Rule 1, receipt: row ${line.row} and ${named(ledger)} have the same receipt ${line.receipt} and the same amount (${money(line.amount)}); completed ${apart(line, ledger)}.`;
  return `${found}${charged(match)}${STATES[ledger.state]}`;
};

const CLASSES: Readonly<Record<ClassifiedKind, (line: LineEntry) => string>> = {
  charge: ({ amount, receipt }) =>
    amount > 0 ? `A charge given back for receipt ${receipt}` : `What M-PESA takes for receipt ${receipt}`,
  transfer: () => "A transfer between accounts of the business",
  withdrawal: ({ amount }) => (amount > 0 ? "From the bank" : "To the bank"),
  reversal: ({ amount }) =>
    amount > 0 ? "A payout that came back" : "A payment given back that no refund of the ledger asked for",
};

/** What a line is that needs no transaction. */
export const explainClassified = ({ as, line, ledgerId, pairRow }: Classified): string => {
  const goesWith = ledgerId === null ? "" : ` It goes with ${ledgerId}.`;
  const otherSide = pairRow === null ? "" : ` Its other side is row ${pairRow}.`;
  return `${CLASSES[as](line)}: row ${line.row}, ${money(line.amount)}.${goesWith}${otherSide}`;
};

const clueWords = (clue: Clue | null): string => {
  switch (clue?.clue) {
    case undefined:
      return "";
    case "said_before":
      return ` Row ${clue.row} says the same.`;
    case "shared_receipt":
      return " A receipt belongs to one transaction alone.";
    case "crowded":
      return " They are too many to be compared one by one.";
    case "unknown_reason":
      return " The portal's reason for it is in no table.";
    case "charge_alone":
      return ` Its charge is there, in row ${clue.row}.`;
    case "not_completed":
      return ` Row ${clue.row} has its receipt with the status ${clue.status}.`;
    case "carried_in":
      return " It was carried over from the statement before, and its time is over.";
  }
};

const ASK: Readonly<Record<LedgerKind, string>> = {
  payment: "Ask M-PESA about the receipt before anything is taken back from the customer.",
  payout: "Ask M-PESA for the transaction's status before anything is sent again.",
  refund: "Ask M-PESA for the transaction's status before anything is sent again.",
};

/** What was found, and what to do about it. */
export const explainException = ({ kind, lines, ledger, clue }: MatchException): string => {
  const [line, row] = [lines[0], ledger[0]];
  const transactions = listed(ledger.map(({ id }) => id));
  const clues = clueWords(clue);
  switch (kind) {
    case "amount_mismatch":
      return line && row
        ? `Row ${line.row} and ${named(row)} have the same receipt ${line.receipt}, but the statement says ${money(line.amount)} and the ledger ${money(row.amount)}.${clues} Find out which amount moved; the statement is M-PESA's own.`
        : clues;
    case "duplicate_receipt":
      return ledger.length > 1
        ? `${transactions} all claim the receipt ${row?.receipt ?? ""}${lines.length > 0 ? ` of ${rowsOf(lines)}` : ""}.${clues} Find out which of them it is, and what the others have for proof.`
        : `Receipt ${line?.receipt ?? ""} stands in ${rowsOf(lines)} once more.${clues} Compare the running balance: if it counts the money twice, ask Safaricom; if not, the export is at fault.`;
    case "ambiguous":
      return `${transactions} and ${rowsOf(lines)} could be each other: amount, time, phone and reference do not tell them apart.${clues} Ask M-PESA about each, or say which belongs to which.`;
    case "missing_in_ledger":
      return `${line ? `Row ${line.row} (receipt ${line.receipt}, ${money(line.amount)})` : "A line"} is no transaction of the ledger.${clues} Find out what it was for; until then its money is in suspense.`;
    case "missing_in_statement":
      return row
        ? `The ledger has ${named(row)} (${row.receipt === null ? "no receipt" : `receipt ${row.receipt}`}, ${money(row.amount)}) as succeeded, and no line of the statement is it.${clues} ${ASK[row.kind]}`
        : clues;
  }
};
