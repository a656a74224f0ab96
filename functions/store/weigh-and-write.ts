/**
 * Reads, decides and writes until a transaction holds still: how evidence reaches payments and payouts alike. What must
 * stay true: nothing is acknowledged that is not kept, a decision is written over exactly the version it was made on,
 * and a receipt that belongs to another transaction credits nothing.
 */
import { sha256Hex } from "../domain/canonical-json.ts";
import type { HistoryEntry } from "../domain/history.ts";
import type { Msisdn } from "../domain/msisdn.ts";
import type { ExceptionKind } from "../domain/payment-states.ts";
import type { Item } from "./attributes.ts";
import { keepEvidence } from "./kept-evidence.ts";
import type { Heard } from "./kept-evidence.ts";
import { LedgerBusy } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { readItem } from "./read.ts";
import type { Written } from "./write-change.ts";

/** How often a transaction may change under us before we give up, and how far apart writers step after the first clash. */
const ROUNDS = 5;
const APART_MS = 10;

export type Refused = Extract<Written, { written: false }>;

interface Ignored {
  readonly decision: "ignore";
  readonly because: string;
}

/** What is decided about a transaction of type `T`, and how it is written. */
export interface Rules<T, W, C> {
  readonly read: (item: Item) => T;
  readonly decide: (transaction: T, weighed: W, receiptTaken: boolean) => C | Ignored;
  /** `next` is the transaction as it is when the write goes through. */
  readonly write: (
    transaction: T,
    what: { readonly weighed: W; readonly change: C },
  ) => Promise<{ readonly written: Written; readonly next: T }>;
}

export type Recorded<T> =
  | { readonly recorded: "changed"; readonly transaction: T; readonly exception: ExceptionKind | null }
  | { readonly recorded: "unchanged"; readonly transaction: T; readonly because: string }
  | { readonly recorded: "unknown_transaction" };

type Evidenced = Heard["evidence"] & { readonly finding: string; readonly phone?: Msisdn | null };

/** Makes evidence comparable. */
export const weigh = async <E extends Evidenced>(deps: Pick<LedgerDeps, "vault">, evidence: E) => ({
  evidence,
  phoneHash: evidence.phone ? await deps.vault.hash(evidence.phone) : null,
  rawHash: evidence.raw === null ? null : sha256Hex(evidence.raw),
});

/** What a refused write knows of the item, else what a read finds. */
const afterRefusal = async (deps: LedgerDeps, id: string, refusal: Refused | null): Promise<Item | null> =>
  refusal?.refused ? refusal.found : readItem(deps, id);

const isIgnored = (decision: { readonly decision: string }): decision is Ignored => decision.decision === "ignore";

/** `refusal` is what an unread write came back with. Throws `LedgerBusy` after five rounds. */
export const weighAndWrite = async <
  T extends { readonly history: readonly HistoryEntry[] },
  W extends Heard,
  C extends { readonly decision: "move" | "note"; readonly exception: ExceptionKind | null },
>(
  deps: LedgerDeps,
  rules: Rules<T, W, C>,
  about: { readonly id: string; readonly weighed: W; readonly refusal: Refused | null },
): Promise<Recorded<T>> => {
  const { id, weighed } = about;
  let refusal = about.refusal;
  let taken = refusal?.receiptTaken ?? false;
  for (let round = 0; round < ROUNDS; round += 1) {
    const item = await afterRefusal(deps, id, refusal);
    if (!item) {
      await keepEvidence(deps, { id, history: null, because: "no such transaction" }, weighed);
      return { recorded: "unknown_transaction" };
    }
    const transaction = rules.read(item);
    const change = rules.decide(transaction, weighed, taken);
    if (isIgnored(change)) {
      await keepEvidence(deps, { id, history: transaction.history, because: change.because }, weighed);
      return { recorded: "unchanged", transaction, because: change.because };
    }
    const { written, next } = await rules.write(transaction, { weighed, change });
    if (written.written) return { recorded: "changed", transaction: next, exception: change.exception };
    refusal = written;
    taken ||= written.receiptTaken;
    await deps.wait(deps.random() * APART_MS * 2 ** round);
  }
  throw new LedgerBusy(id);
};
