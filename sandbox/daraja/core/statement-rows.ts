/**
 * The rows of a statement: the journal's lines of some days in M-PESA's words, newest first, with whatever is planted
 * wrong in them. Balances and totals stay those of the journal, so a missing or changed row shows in the balances, as it
 * would in a file that somebody had touched.
 */
import type { AccountName, Journal, Line } from "./journal.ts";
import { writeMsisdn } from "./msisdn-forms.ts";
import { fullName } from "./party-names.ts";
import type { StatementFaults } from "./statement-faults.ts";

/** Which part of the journal; both instants are included. */
export type Period = {
  readonly shortcode: string;
  readonly account: AccountName | "all";
  readonly fromMs: number;
  readonly toMs: number;
};

export type StatementRow = {
  readonly receipt: string;
  readonly completedAtMs: number;
  readonly initiatedAtMs: number;
  readonly details: string;
  readonly cents: number;
  readonly balance: number;
  readonly reason: string;
  /** `25471****678 - ESTHER OTIENO`; `SP` is M-PESA itself; empty when there is nobody. */
  readonly party: string;
  readonly linkedReceipt: string;
  readonly reference: string;
};

/** How the newer template masks a number: one digit fewer in front. */
const shortMask = (msisdn: string): string => `${msisdn.slice(0, 4)}****${msisdn.slice(-3)}`;

export const maskings = { classic: writeMsisdn.masked_stars, current: shortMask } as const;
export type Template = keyof typeof maskings;

const detailsOf = ({ movement }: Line, party: string): string => {
  const { title, kind, reference, msisdn } = movement;
  if (msisdn === null) return title;
  const between = kind === "payment" ? "from" : "to";
  return `${title} ${between} ${party}${reference === null ? "" : ` Acc. ${reference}`}`;
};

const rowOf = (line: Line, template: Template): StatementRow => {
  const { movement, part, cents, balance } = line;
  const { receipt, completedAtMs, initiatedAtMs, reason, msisdn } = movement;
  const shared = { receipt, completedAtMs, initiatedAtMs, cents, balance, reason };
  if (part === "charge")
    return { ...shared, details: movement.chargeTitle ?? "", party: "SP", linkedReceipt: "", reference: "" };
  const party = msisdn === null ? "" : `${maskings[template](msisdn)} - ${fullName(msisdn)}`;
  return {
    ...shared,
    details: detailsOf(line, party),
    party,
    linkedReceipt: movement.linkedReceipt ?? "",
    reference: movement.reference ?? "",
  };
};

const isIn = ({ movement, account }: Line, period: Period): boolean =>
  (period.account === "all" || period.account === account) &&
  movement.completedAtMs >= period.fromMs &&
  movement.completedAtMs <= period.toMs;

/** The lines of a period, oldest first and true. */
export const linesOf = (journal: Pick<Journal, "lines">, period: Period): Line[] =>
  journal.lines(period.shortcode).filter((line) => isIn(line, period));

/** A line as often as the file has it, and with the amount that the file has. */
const shown = (line: Line, faults: Pick<StatementFaults, "of">): Line[] => {
  const fault = faults.of(line);
  if (fault?.kind === "missing") return [];
  if (fault === undefined || line.part === "charge") return [line];
  return fault.kind === "doubled" ? [line, line] : [{ ...line, cents: changedAmount(line, fault.by) }];
};

/** What the file says instead: `by` more shillings in the line's own direction. */
export const changedAmount = ({ cents }: Pick<Line, "cents">, by: number): number =>
  cents + Math.sign(cents) * by * 100;

/** The rows as the file has them, newest first. */
export const rowsOf = (
  lines: readonly Line[],
  template: Template,
  faults: Pick<StatementFaults, "of">,
): StatementRow[] =>
  lines
    .flatMap((line) => shown(line, faults))
    .map((line) => rowOf(line, template))
    .reverse();

/** What an account held before and after a period, and what went in and out of it, in cents. */
export const totalsOf = (all: readonly Line[], period: Period, held: number) => {
  const own = all.filter(({ account }) => account === period.account);
  const within = own.filter((line) => isIn(line, period));
  const sum = (sign: number): number =>
    within.reduce((total, { cents }) => (Math.sign(cents) === sign ? total + cents : total), 0);
  const [first] = own.filter(({ movement }) => movement.completedAtMs >= period.fromMs);
  const opening = first === undefined ? held : first.balance - first.cents;
  const paidIn = sum(1);
  const withdrawn = sum(-1);
  return { opening, closing: opening + paidIn + withdrawn, paidIn, withdrawn };
};
