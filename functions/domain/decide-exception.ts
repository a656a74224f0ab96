/**
 * What may be done about an exception. Pure. What must stay true: what is resolved stays as it was resolved until it
 * happens again; a request that is repeated because its answer was lost is done once; a history has an end, and a
 * resolution always finds room in it.
 */
import type { Ending } from "./exception-states.ts";
import type { EvidenceSource } from "./evidence.ts";
import type { Exception } from "./exception.ts";
import { ownerOf } from "./exception.ts";
import type { HistoryEntry } from "./history.ts";
import type { ExceptionKind } from "./payment-states.ts";

/** What people do; `told`: whether M-PESA's answer came with the question. */
export type ExceptionEvent =
  | { readonly event: "assigned"; readonly owner: string | null }
  | { readonly event: "noted"; readonly note: string }
  | { readonly event: "asked"; readonly told: boolean }
  | { readonly event: "resolved"; readonly resolution: Ending; readonly note: string };

/** Who does it, and when; `source` where it is not a person at the API. */
export interface ExceptionAct {
  readonly source?: EvidenceSource;
  readonly at: number;
  /** `key:<id>`. */
  readonly by: string;
  readonly requestId: string;
}

/** The words are problem codes of the API. */
export type ExceptionRefusal = "already_resolved" | "exception_full";

export type ExceptionDecision =
  | { readonly decision: "write" }
  /** It stands there already. */
  | { readonly decision: "nothing" }
  | { readonly decision: "refuse"; readonly because: ExceptionRefusal };

/** From here on the history takes only a resolution, and that it happened again. */
export const MOST_ENTRIES = 100;

const WRITE: ExceptionDecision = { decision: "write" };
const NOTHING: ExceptionDecision = { decision: "nothing" };
const refuse = (because: ExceptionRefusal): ExceptionDecision => ({ decision: "refuse", because });

/** What the entry of an event says, in public words. */
export const eventFacts = (event: ExceptionEvent): HistoryEntry["facts"] => {
  switch (event.event) {
    case "assigned":
      return event.owner === null ? {} : { owner: event.owner };
    case "noted":
      return { note: event.note };
    case "asked":
      return { told: event.told };
    case "resolved":
      return { resolution: event.resolution, note: event.note };
  }
};

/** Whether the newest entry is this very act: the same words by the same hand. */
const isRepeated = ({ history }: Exception, event: ExceptionEvent, { by }: ExceptionAct): boolean => {
  const last = history.at(-1);
  if (last?.finding !== event.event || last.by !== by) return false;
  const facts = Object.entries(eventFacts(event));
  return facts.length === Object.keys(last.facts).length && facts.every(([name, fact]) => last.facts[name] === fact);
};

/** Decides what `event` does to `exception`; a refusal is an answer for whoever asked. */
export const decideException = (exception: Exception, event: ExceptionEvent, act: ExceptionAct): ExceptionDecision => {
  if (event.event !== "asked" && isRepeated(exception, event, act)) return NOTHING;
  const isResolved = exception.status === "resolved";
  // A remark is welcome afterwards too, and M-PESA's answer may be here before it is written down that somebody asked.
  const isWelcome = event.event === "noted" || event.event === "asked";
  if (isResolved && !isWelcome) return refuse("already_resolved");
  if (event.event === "assigned" && event.owner === ownerOf(exception)) return NOTHING;
  if (event.event !== "resolved" && exception.history.length >= MOST_ENTRIES) return refuse("exception_full");
  return WRITE;
};

/** As much of a payment or payout as says whether its outcome is known. */
export interface Outcome {
  /** Money may still move, or may have moved without our knowing. */
  readonly isOpen: boolean;
  /** Evidence disagreed with the intent. */
  readonly disputed: boolean;
  readonly history: readonly HistoryEntry[];
  /** M-PESA has just said how it ended, and the ledger knew. */
  readonly confirmed: boolean;
}

/** Exceptions that say no more than that nobody knew how it ended. All others are a person's to judge. */
const SETTLED_BY_OUTCOME: readonly ExceptionKind[] = ["uncertain_overdue", "unverified_source", "unreadable_callback"];

const TELLS_OUTCOME: readonly HistoryEntry["finding"][] = ["paid", "unpaid", "reversed", "not_reversed"];

const tellsOutcome = ({ finding }: HistoryEntry): boolean => TELLS_OUTCOME.includes(finding);

const isContradicted = ({ disputed, history }: Outcome): boolean =>
  disputed || history.some(({ exception }) => exception === "conflicting_evidence");

/**
 * Whether M-PESA's word leaves nothing to look at. What was not believed or not understood is settled only by word that
 * came afterwards; where M-PESA's words disagree, nothing is.
 */
export const isSettled = ({ kind, lastAt }: Pick<Exception, "kind" | "lastAt">, outcome: Outcome): boolean => {
  if (!SETTLED_BY_OUTCOME.includes(kind) || outcome.isOpen || isContradicted(outcome)) return false;
  return (
    kind === "uncertain_overdue" ||
    outcome.confirmed ||
    outcome.history.some((entry) => tellsOutcome(entry) && entry.at >= lastAt)
  );
};
