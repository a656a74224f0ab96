/**
 * All pages of a pull. What must stay true: a pull is called complete only when M-PESA itself has shown its end, by saying
 * so or by a page that is shorter than others and holds nothing new; what was read before a failure is handed on all the
 * same; no loop is without an end.
 *
 * Sources disagree on what an offset counts: rows (Safaricom's portal) or pages (a client in production). Asked for the
 * wrong one, M-PESA shows an end that is none. So the second call asks for offset 1: counted in rows it brings the first
 * page again but for one row, counted in pages it brings rows that are new. After that the offsets are counted as M-PESA
 * counts them. How many rows a page has is never assumed. Payments that come in meanwhile push the others on, so some rows
 * come again, and what is newest may be missing: it lies in the next pull's span.
 */
import type { PageAnswer } from "./pull-answers.ts";
import type { PullDaraja } from "./pull-client.ts";
import type { PulledPayment, PulledRow, UnreadablePull } from "./pull-payment.ts";
import { halves } from "./pull-window.ts";
import type { PullWindow } from "./pull-window.ts";

/** What is new on a page: rows that come again are handed on once. */
export interface PullPage {
  readonly step: "page";
  readonly payments: readonly PulledPayment[];
  readonly unreadable: readonly UnreadablePull[];
}

/** The last step of every pull. */
export type PullEnd =
  | { readonly step: "end"; readonly complete: true }
  /** Payments may be missing: pull the span again. `because` holds no personal data. */
  | { readonly step: "end"; readonly complete: false; readonly because: string };

/** The most calls of one pull: some fifty thousand payments, more than half an hour of the query lane. */
const MOST_CALLS = 600;

const COMPLETE: PullEnd = { step: "end", complete: true };
const incomplete = (because: string): PullEnd => ({ step: "end", complete: false, because });

/** What a whole pull has come to. */
interface Walk {
  readonly daraja: Pick<PullDaraja, "page">;
  /** Rows that were handed on, as text. */
  readonly handedOn: Set<string>;
  callsLeft: number;
}

/** How far a span has been read. */
interface Place {
  readonly offset: number;
  /** What offsets count; null until the second page has told. */
  readonly counts: "rows" | "pages" | null;
  /** The rows of the page before, as text. */
  readonly previous: ReadonlySet<string>;
  /** How many rows the longest page had. */
  readonly longest: number;
}

const START: Place = { offset: 0, counts: null, previous: new Set(), longest: 0 };

type Rows = Extract<PageAnswer, { answer: "rows" }>;

const textOf = (row: PulledRow): string => (row.readable ? row.payment.raw : row.row.raw);

/** What offsets count, by the page at offset 1. New payments may have moved a row or two meanwhile, never most of them. */
const countsOf = (first: ReadonlySet<string>, texts: readonly string[]): "rows" | "pages" => {
  const again = texts.filter((text) => first.has(text)).length;
  return again * 2 >= first.size - 1 ? "rows" : "pages";
};

/** Where to go on after a page with rows, or that this was the end. */
const after = ({ offset, counts, previous, longest }: Place, { rows, totalPages }: Rows): Place | PullEnd => {
  const texts = rows.map(textOf);
  const next = { previous: new Set(texts), longest: Math.max(longest, texts.length) };
  if (offset === 0) return totalPages === 1 ? COMPLETE : { ...next, offset: 1, counts: null };
  const nothingNew = texts.every((text) => previous.has(text));
  if (nothingNew && texts.length < longest) return COMPLETE;
  if (nothingNew && counts !== null) return incomplete("M-PESA shows the same payments at every offset");
  const counted = counts ?? countsOf(previous, texts);
  if (counted === "rows") return { ...next, offset: offset + rows.length, counts: counted };
  const isLast = totalPages !== null && offset + 1 >= totalPages;
  return isLast ? COMPLETE : { ...next, offset: offset + 1, counts: counted };
};

/** The rows of a page that were not handed on yet; null when there are none. */
const handOn = ({ handedOn }: Walk, rows: readonly PulledRow[]): PullPage | null => {
  const payments: PulledPayment[] = [];
  const unreadable: UnreadablePull[] = [];
  for (const row of rows) {
    if (handedOn.has(textOf(row))) continue;
    handedOn.add(textOf(row));
    if (row.readable) payments.push(row.payment);
    else unreadable.push(row.row);
  }
  return payments.length + unreadable.length === 0 ? null : { step: "page", payments, unreadable };
};

const pullHalves = async function* (walk: Walk, span: PullWindow): AsyncGenerator<PullPage, PullEnd, undefined> {
  const parts = halves(span);
  if (parts === null) return incomplete("M-PESA's answer for a single minute is too long to be read");
  for (const part of parts) {
    const end = yield* pullSpan(walk, part);
    if (!end.complete) return end;
  }
  return COMPLETE;
};

const pullSpan = async function* (walk: Walk, span: PullWindow): AsyncGenerator<PullPage, PullEnd, undefined> {
  let place = START;
  while (walk.callsLeft > 0) {
    walk.callsLeft -= 1;
    const came = await walk.daraja.page({ ...span, offset: place.offset });
    if (came.answer === "too_long") return yield* pullHalves(walk, span);
    if (came.answer === "failed") return incomplete(came.because);
    if (came.answer === "no_records") {
      if (came.listed || place.offset > 0) return COMPLETE;
      return incomplete("M-PESA finds neither payments nor the shortcode: register it for pulls");
    }
    const page = handOn(walk, came.rows);
    if (page !== null) yield page;
    const next = after(place, came);
    if ("step" in next) return next;
    place = next;
  }
  return incomplete("there is more than the calls of one pull can bring: pull shorter spans");
};

/**
 * Pulls every payment of a span, page by page, `end` last. It makes at most `mostCalls` calls; a caller that runs out of
 * time stops iterating, and has not seen the end then. Never rejects for trouble upstream.
 */
export const pullPages = async function* (
  daraja: Pick<PullDaraja, "page">,
  span: PullWindow,
  mostCalls = MOST_CALLS,
): AsyncGenerator<PullPage | PullEnd, void, undefined> {
  yield yield* pullSpan({ daraja, handedOn: new Set(), callsLeft: mostCalls }, span);
};
