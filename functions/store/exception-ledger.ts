/**
 * What the ledger promises about exceptions; `dynamo-exceptions.ts` keeps the promise. Exceptions of evidence are opened
 * by the write that records the evidence (write-change.ts); those that matching finds are raised here. What must stay
 * true: finding the same thing twice opens nothing twice; what people do is written over exactly what they saw.
 */
import type { ExceptionAct, ExceptionEvent } from "../domain/decide-exception.ts";
import type { AgeBucket, ExceptionStatus } from "../domain/exception-states.ts";
import type { Exception } from "../domain/exception.ts";
import type { EvidenceSource } from "../domain/evidence.ts";
import type { EntryContent } from "../domain/history.ts";
import type { ExceptionKind } from "../domain/payment-states.ts";
import type { Page } from "./ledger.ts";

/** What matching found. */
export interface NewException {
  readonly storefront: string;
  readonly kind: ExceptionKind;
  /** `line` names a line or row for good, whichever file it comes in: a receipt with its kind, else file and row. */
  readonly about: { readonly transactionId: string } | { readonly line: string };
  /** Statement, row, receipt, amount: in public words and free of personal data. */
  readonly facts: EntryContent["facts"];
  readonly source: EvidenceSource;
  readonly at: number;
  readonly by: string;
  readonly requestId: string;
}

export interface ExceptionFilters {
  readonly status?: ExceptionStatus;
  readonly kind?: ExceptionKind;
  /** As seen now. */
  readonly age?: AgeBucket;
}

export interface ExceptionQuery extends Page {
  readonly storefront: string;
  readonly filters: ExceptionFilters;
}

/** A page may hold fewer than `limit`, even none, and still have a `next`. */
export interface ExceptionPage {
  readonly exceptions: readonly Exception[];
  readonly next: string | null;
}

export interface ExceptionLedger {
  /** Opens it, or gives the one that was opened for the same before, however that has ended. One write call. */
  raise(found: NewException): Promise<{ readonly raised: "new" | "known"; readonly exception: Exception }>;
  /** One consistent read. */
  read(id: string): Promise<Exception | null>;
  /** Writes what `decideException` allowed; null when somebody else changed it, and nothing was written then. */
  change(
    exception: Exception,
    what: { readonly event: ExceptionEvent; readonly act: ExceptionAct },
  ): Promise<Exception | null>;
  /**
   * Newest first. Open ones, asked for alone, go back for ever; a listing that may hold resolved ones goes back twelve
   * months. Throws `BadCursor` for a cursor that this query did not hand out.
   */
  list(query: ExceptionQuery): Promise<ExceptionPage>;
}
