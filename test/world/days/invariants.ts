/**
 * What must be true of a world of days that has come to rest: all that is true of its payments, but for what a file told
 * falsely and an exception says; every file is taken or refused for a reason; every day is closed, in time and rightly; and
 * what people were told about their exceptions is so.
 */
import { verifyChain } from "../../../functions/domain/history.ts";
import { exceptionId } from "../../../functions/domain/ids.ts";
import type { Payment } from "../../../functions/domain/payment.ts";
import { dayBounds } from "../../../functions/domain/time.ts";
import { readDayItem } from "../../../functions/store/day-item.ts";
import { readException } from "../../../functions/store/exception-item.ts";
import { keys } from "../../../functions/store/keys.ts";
import { exceptionsOf } from "../payments/ending.ts";
import { credentials } from "../payments/gateway.ts";
import { violations as violationsOfPayments } from "../payments/invariants.ts";
import { STOREFRONT } from "../payments/told-gateway.ts";
import type { HandedIn } from "./desk.ts";
import type { Ending } from "./ending.ts";
import { aboutDays } from "./invariants-days.ts";
import { countingFor, paidOf, readDay, readLedger } from "./known-day.ts";
import type { Ledger } from "./known-day.ts";
import { CALM_AT, CLOSING_MS, DAYS } from "./rates.ts";

const HOUR_MS = 3_600_000;
/** A night's days are closed by then, unless somebody was told that they are not. */
const PATIENCE_MS = { faulty: 20 * HOUR_MS, calm: HOUR_MS } as const;
/** How wrong the clock of a process may be that judges whether a day is over. */
const SKEW_MS = 60_000;

const periodOf = ({ plan: { first, days } }: HandedIn): { readonly from: number; readonly until: number } => ({
  from: dayBounds(DAYS[first] ?? "")?.from ?? 0,
  until: dayBounds(DAYS[first + days - 1] ?? "")?.until ?? 0,
});

/** Why a file has to be refused; null when it has to be taken. */
const refusalOf = (handed: HandedIn): string | null => {
  const { from, until } = periodOf(handed);
  if (until > handed.askedAt) return "its day was not over";
  return handed.file.rows.some(({ at }) => at < from || at >= until) ? "it has rows of other days" : null;
};

function* aboutFiles({ handedIn }: Ending, { statements }: Ledger): Generator<string> {
  for (const handed of handedIn) {
    const { id, file, uploadedAt, isGivenUp } = handed;
    const statement = statements.get(id);
    if (!statement) yield `${id} was answered, and is not on the ledger`;
    if (!statement || uploadedAt === null) continue;
    const { state, content, refusal } = statement;
    if (state !== "imported" && state !== "refused") {
      if (!isGivenUp) yield `${id} was uploaded, is ${state}, and nobody was told`;
      continue;
    }
    const isAnothers = handed.plan.of === "another";
    if (isAnothers && state === "imported") yield `${id} was taken, and it is another's`;
    if (isAnothers || file.rows.length === 0 || Math.abs(periodOf(handed).until - handed.askedAt) < SKEW_MS) continue;
    const because = refusalOf(handed);
    if (because === null && state === "refused")
      yield `${id} was refused (${refusal?.code}), and nothing is wrong with it`;
    if (because !== null && state === "imported") yield `${id} was taken, and ${because}`;
    if (state === "imported" && content?.lineCount !== file.rows.length)
      yield `${id} has ${file.rows.length} rows, and ${content?.lineCount} were kept`;
  }
}

function* aboutClosing({ closedAt, dead, nightsGivenUp }: Ending): Generator<string> {
  for (const day of DAYS) {
    const night = (dayBounds(day)?.until ?? 0) + CLOSING_MS;
    const isExcused = dead.length > 0 || nightsGivenUp > 0;
    const patience = night >= CALM_AT ? PATIENCE_MS.calm : isExcused ? Infinity : PATIENCE_MS.faulty;
    const at = closedAt.get(keys.day(credentials.shortcode, day)) ?? null;
    if (at === null) yield `${day} is not closed`;
    else if (at < night - CLOSING_MS) yield `${day} was closed before it was over`;
    else if (at > night + patience)
      yield `${day} was closed ${Math.round((at - night) / HOUR_MS)} hours after its night`;
  }
}

function* aboutPeople({ resolved }: Ending, { items }: Ledger): Generator<string> {
  for (const [id, item] of items) {
    if (!id.startsWith("exc_")) continue;
    const { history, head } = readException(item);
    const verdict = verifyChain(id, history, head);
    if (!verdict.intact) yield `${id}: what was done about it is broken: ${verdict.because}`;
  }
  for (const { id, by, resolution, note } of resolved) {
    const item = items.get(id);
    const isThere =
      item &&
      readException(item).history.some(
        (entry) =>
          entry.finding === "resolved" &&
          entry.by === by &&
          entry.facts["resolution"] === resolution &&
          entry.facts["note"] === note,
      );
    if (!isThere) yield `${id}: ${by} was told that it is resolved, and it does not say so`;
  }
}

/** What matching finds about a payment. */
const FOUND = ["amount_mismatch", "missing_in_statement", "duplicate_receipt", "ambiguous"] as const;
/** What a payment's sums and receipts may be wrong in, where a person is told. */
const ABOUT_MONEY = /the money is on the ledger|nobody paid|was paid for|not its own/;

/** Payments of which matching has told a person; and those about which a file lied, where anybody is told of their order. */
const told = ({ handedIn }: Ending, { payments, items, statements }: Ledger): ReadonlySet<string> => {
  const lies = new Set(handedIn.flatMap(({ id, file }) => (statements.get(id)?.state === "imported" ? file.lies : [])));
  const ids = new Set(items.keys());
  const isFound = ({ id }: Payment): boolean => FOUND.some((kind) => ids.has(exceptionId(id, kind)));
  const isSeen = (payment: Payment): boolean =>
    isFound(payment) ||
    exceptionsOf(payment, ids).length > 0 ||
    ids.has(exceptionId(`line#${STOREFRONT}#${payment.receipt} payment`, "missing_in_ledger"));
  const isLiedAbout = ({ receipt, history }: Payment): boolean =>
    [receipt, ...history.map(({ facts }) => facts["receipt"])].some(
      (named) => typeof named === "string" && lies.has(named),
    );
  const seen = new Set(payments.filter(isSeen).map(({ reference }) => reference));
  const isTold = (payment: Payment): boolean =>
    isFound(payment) || (isLiedAbout(payment) && seen.has(payment.reference));
  return new Set(payments.filter(isTold).map(({ id }) => id));
};

/** Days that don't know yet of a statement which was imported after all faults had stopped. */
export const stillUnlooked = (
  seen: Pick<Ending, "items" | "handedIn"> & {
    readonly imported: ReadonlyMap<string, number>;
  },
): readonly string[] => {
  const ledger = readLedger(seen);
  return DAYS.flatMap((day) => {
    const window = dayBounds(day);
    const counting = window && countingFor(window, ledger, seen.handedIn);
    if (!counting || (seen.imported.get(counting.id) ?? 0) < CALM_AT) return [];
    const item = ledger.items.get(keys.day(credentials.shortcode, day));
    const isKnown = item && readDayItem(item).current.statements.some(({ id }) => id === counting.id);
    return isKnown ? [] : [`${day} was not looked at again, though ${counting.id} was imported`];
  });
};

/** Everything that is wrong with a world that has come to rest. */
export const violations = (ending: Ending): readonly string[] => {
  const ledger = readLedger(ending);
  const seen = told(ending, ledger);
  const ofPayments = violationsOfPayments(ending).filter(
    (said) => !ABOUT_MONEY.test(said) || !seen.has(said.split(/[ :]/)[0] ?? ""),
  );
  const days = DAYS.flatMap((day) => readDay(day, ledger, ending) ?? []);
  return [
    ...ofPayments,
    ...aboutFiles(ending, ledger),
    ...aboutClosing(ending),
    ...aboutPeople(ending, ledger),
    ...aboutDays(days, paidOf(ending), ledger),
  ];
};
