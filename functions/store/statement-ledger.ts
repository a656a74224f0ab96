/**
 * What the ledger promises about statements; `dynamo-statements.ts` keeps the promise. What must stay true: a statement
 * ends once, as imported or refused; of those that say the same one counts, however many come at once; a day is never
 * reconciled with half a statement.
 */
import type { AskedStatement, ImportedStatement, KeptLines, Statement, StatementContent } from "../domain/statement.ts";
import type { Page } from "./ledger.ts";

export interface NewStatement {
  readonly id: string;
  readonly storefront: string;
  readonly asked: AskedStatement;
  readonly createdBy: string;
  readonly createdAt: number;
}

export interface StatementPage {
  readonly statements: readonly Statement[];
  readonly next: string | null;
}

/** How an import ends. */
export type StatementEnding =
  | { readonly ending: "imported"; readonly content: StatementContent; readonly lines: KeptLines }
  | { readonly ending: "refused"; readonly refusal: NonNullable<Statement["refusal"]> };

export interface StatementLedger {
  open(statement: NewStatement): Promise<Statement>;
  /** One consistent read. */
  read(id: string): Promise<Statement | null>;
  /** One storefront's, newest first, of the last twelve months. Throws `BadCursor`. */
  list(storefront: string, page: Page): Promise<StatementPage>;
  /** Says that so many rows were read; null when the statement has ended, and nothing was written then. */
  progress(id: string, what: { readonly rowsRead: number; readonly at: number }): Promise<Statement | null>;
  /**
   * Ends an import, or gives the statement as it ended before. A statement that says what another one has said is
   * imported as a duplicate of it.
   */
  end(id: string, ending: StatementEnding, at: number): Promise<Statement>;
  /** Lists an imported statement under these Nairobi days (`yyyy-MM-dd`). Safe to repeat. */
  listUnder(statement: ImportedStatement, days: readonly string[]): Promise<void>;
  /**
   * The statements to reconcile this Nairobi day with: imported, covering all of the day, at most one for each account,
   * the newest. In the order of their accounts; two reads.
   */
  covering(shortcode: string, day: string): Promise<readonly ImportedStatement[]>;
}
