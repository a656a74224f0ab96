/**
 * What must be true of each closed day. With a statement: every row of its file is explained once or an exception names it,
 * every shilling that M-PESA took in the day is too, and the sums are what that comes to. Without one: it holds what the
 * ledger holds. Nobody asks the code under test: the file is known by whoever made it, and the money by the simulator.
 */
import { exceptionId } from "../../../functions/domain/ids.ts";
import { OPEN_STATES } from "../../../functions/domain/payment-states.ts";
import type { Payment } from "../../../functions/domain/payment.ts";
import { STOREFRONT } from "../payments/told-gateway.ts";
import { exceptionsOf } from "../payments/ending.ts";
import type { KnownDay, Ledger, Paid } from "./known-day.ts";

interface Amount {
  readonly amount: number;
}

const sum = (all: readonly Amount[]): number => all.reduce((total, { amount }) => total + amount, 0);

const isWithin = (at: number, { window: { from, until } }: KnownDay): boolean => at >= from && at < until;

const isOpen = ({ state }: Payment): boolean => OPEN_STATES.some((open) => open === state);

const counts = ({ state }: Payment): boolean => state === "succeeded" || state === "reversed";

const tally = (names: readonly string[]): ReadonlyMap<string, number> => {
  const found = new Map<string, number>();
  for (const name of names) found.set(name, (found.get(name) ?? 0) + 1);
  return found;
};

/** Each row of the day in its file comes out exactly once. */
function* aboutRows(known: KnownDay): Generator<string> {
  const { day, report, counts: counting } = known;
  if (!counting) return;
  const rows = counting.file.rows.filter(({ at }) => isWithin(at, known));
  const inFile = tally(rows.map(({ receipt, cents }) => `${receipt} of ${cents}`));
  const lines = [
    ...report.matched.map(({ line }) => line),
    ...report.classified.map(({ line }) => line),
    ...report.exceptions.flatMap(({ lines: named }) => named),
  ];
  const inReport = tally(lines.map(({ receipt, amount }) => `${receipt} of ${amount}`));
  for (const name of new Set([...inFile.keys(), ...inReport.keys()]))
    if ((inFile.get(name) ?? 0) !== (inReport.get(name) ?? 0))
      yield `${day}: the row ${name} stands ${inFile.get(name) ?? 0} times in the file and ${inReport.get(name) ?? 0} times in the day`;
}

/** What is explained is explained by something that is so. */
function* aboutMatches({ day, report }: KnownDay, byId: ReadonlyMap<string, Payment>): Generator<string> {
  const seen = new Set<string>();
  for (const { line, ledger } of report.matched) {
    const payment = byId.get(ledger.id);
    if (seen.has(ledger.id)) yield `${day}: ${ledger.id} explains two rows`;
    seen.add(ledger.id);
    if (line.amount !== ledger.amount || Number(line.amount) !== payment?.amount)
      yield `${day}: a row of ${line.amount} is explained by ${ledger.id} of ${payment?.amount ?? "nothing"}`;
    if (payment && isOpen(payment)) yield `${day}: a row is explained by ${ledger.id}, which is ${payment.state}`;
  }
}

/** The day's sums are those of what it names. */
function* aboutSums({ day, record, report }: KnownDay): Generator<string> {
  const { received, unexplained, unconfirmed, open } = record.current.totals;
  const explained = sum(
    record.current.basis === "statement" ? report.matched.map(({ ledger }) => ledger) : report.told,
  );
  if (received.amount !== explained) yield `${day}: ${received.amount} received, and ${explained} explained`;
  const inLines = sum(report.exceptions.flatMap(({ lines }) => lines));
  if (unexplained.amount !== inLines) yield `${day}: ${unexplained.amount} unexplained, and exceptions of ${inLines}`;
  const missing = sum(report.exceptions.flatMap(({ kind, ledger }) => (kind === "missing_in_statement" ? ledger : [])));
  if (unconfirmed.amount !== missing) yield `${day}: ${unconfirmed.amount} unconfirmed, and ${missing} missing`;
  if (open.amount !== sum(report.open)) yield `${day}: ${open.amount} open, and ${sum(report.open)} named`;
}

/** Whatever does not fit is in the exceptions that people see. */
function* aboutFindings({ day, report }: KnownDay, { items }: Ledger): Generator<string> {
  for (const { kind, lines, ledger, exceptions } of report.exceptions) {
    const about = lines[0]?.receipt ?? ledger[0]?.id ?? "nothing";
    if (exceptions.length === 0 || exceptions.some((id) => !items.has(id)))
      yield `${day}: nobody sees that ${about} is ${kind}`;
  }
}

/** Everything that a day names, by receipt and by payment. */
const namesOf = ({ report }: KnownDay): ReadonlySet<string> =>
  new Set(
    [
      ...report.matched.flatMap(({ line, ledger }) => [line.receipt, ledger.id, ledger.receipt]),
      ...report.exceptions.flatMap(({ lines, ledger }) => [
        ...lines.map(({ receipt }) => receipt),
        ...ledger.flatMap(({ id, receipt }) => [id, receipt]),
      ]),
      ...[...report.told, ...report.open, ...report.carried].flatMap(({ id, receipt }) => [id, receipt]),
    ].flatMap((name) => name ?? []),
  );

/** Where the ledger has the money, or may have it. */
const holdersOf = ({ receipt, of }: Paid, payments: readonly Payment[]): readonly Payment[] =>
  payments.filter((payment) => payment.receipt === receipt || payment.id === of);

/**
 * Each shilling that M-PESA took is named in its day; in another one where that was close to midnight, or where nobody but a
 * pull told of it and did not say when.
 */
function* aboutMoney(days: readonly KnownDay[], all: readonly Paid[], { payments, items }: Ledger): Generator<string> {
  const names = days.map(namesOf);
  for (const paid of all) {
    const known = days.find((one) => isWithin(paid.at, one));
    if (!known) continue;
    const holders = holdersOf(paid, payments).map(({ id }) => id);
    const isNamed = [paid.receipt, ...holders].some((name) => names.some((said) => said.has(name)));
    // What a statement alone has taught is named for good, also where a later file lacks it.
    const isListed = items.has(exceptionId(`line#${STOREFRONT}#${paid.receipt} payment`, "missing_in_ledger"));
    if (!isNamed && !isListed) yield `${known.day}: ${paid.cents} under ${paid.receipt} are not in it`;
  }
}

const knewBefore = ({ history }: Payment, receipt: string): boolean =>
  history.some(
    ({ finding, source, facts }) => finding === "paid" && source !== "statement" && facts["receipt"] === receipt,
  );

/** A whole file takes nothing from what the ledger knows: whatever both have is explained. */
function* aboutWhole(known: KnownDay, all: readonly Paid[], { payments }: Ledger): Generator<string> {
  const { day, report, counts: counting } = known;
  if (!counting?.file.isWhole) return;
  // What two transactions claim is explained by neither, and a person decides.
  const claimedTwice = report.exceptions.filter(({ ledger }) => ledger.length > 1).flatMap(({ lines }) => lines);
  const explained = new Set([...report.matched.map(({ line }) => line), ...claimedTwice].map(({ receipt }) => receipt));
  for (const { receipt, cents, at } of all) {
    const holder = payments.find((payment) => payment.receipt === receipt);
    if (!isWithin(at, known) || !holder || holder.amount !== cents || explained.has(receipt)) continue;
    if (counts(holder) && knewBefore(holder, receipt))
      yield `${day}: ${receipt} is on the ledger and in the file, and not explained`;
  }
}

/**
 * Without a statement a day holds what the ledger holds of it. What the day before has found in its own statement is not
 * in it; what that one looked for and left to this day is.
 */
function* aboutTold(known: KnownDay, before: KnownDay | undefined, { payments }: Ledger): Generator<string> {
  const { day, record, report } = known;
  if (record.current.basis !== "daraja") return;
  const ahead = new Set(before?.report.matched.map(({ ledger }) => ledger.id));
  const left = new Set(before?.report.carried.map(({ id }) => id));
  const own = payments.filter((payment) => {
    const isOfDay = isWithin(payment.paidAt ?? payment.createdAt, known) && !ahead.has(payment.id);
    return counts(payment) && payment.receipt !== null && (isOfDay || left.has(payment.id));
  });
  if (sum(own) !== sum(report.told)) yield `${day}: the ledger has ${sum(own)} in it, and it says ${sum(report.told)}`;
}

/** What nobody knows the end of is said to be open, or is in the exceptions. */
function* aboutOpen(known: KnownDay, { payments, items }: Ledger): Generator<string> {
  const { day, report } = known;
  const named = new Set([...report.open, ...report.exceptions.flatMap(({ ledger }) => ledger)].map(({ id }) => id));
  for (const payment of payments)
    if (isOpen(payment) && isWithin(payment.createdAt, known) && !named.has(payment.id))
      yield `${day}: ${payment.id} is ${payment.state}, and the day does not say so`;
  const ids = new Set(items.keys());
  for (const { id } of report.open) {
    const payment = payments.find((one) => one.id === id);
    if (payment && isOpen(payment) && exceptionsOf(payment, ids).length === 0)
      yield `${day}: ${id} is open, and nobody is told`;
  }
}

/** The statement that counts is the newest that covers the day. */
function* aboutBasis({ day, record, counts: counting }: KnownDay): Generator<string> {
  const { basis, statements } = record.current;
  const said = statements.map(({ id }) => id).join();
  if (said !== (counting?.id ?? ""))
    yield `${day} stands on ${said || "nothing"}, and ${counting?.id ?? "nothing"} counts`;
  if ((basis === "statement") !== (counting !== null)) yield `${day} stands on ${basis}`;
}

export function* aboutDays(days: readonly KnownDay[], all: readonly Paid[], ledger: Ledger): Generator<string> {
  const byId = new Map(ledger.payments.map((payment) => [payment.id, payment]));
  for (const [place, known] of days.entries()) {
    yield* aboutBasis(known);
    yield* aboutRows(known);
    yield* aboutMatches(known, byId);
    yield* aboutSums(known);
    yield* aboutFindings(known, ledger);
    yield* aboutWhole(known, all, ledger);
    yield* aboutTold(known, days[place - 1], ledger);
    yield* aboutOpen(known, ledger);
  }
  yield* aboutMoney(days, all, ledger);
}
