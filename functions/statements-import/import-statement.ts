/**
 * Takes the file that was uploaded for a statement: reads and keeps its lines, ends the statement as imported or refused,
 * and tells of what follows. What must stay true: only a statement that waits takes a file, and only one; only what the
 * shortcode's owner asked for counts; doing it again, or twice at once, has the same outcome.
 */
import type { Clock } from "../domain/clock.ts";
import { isImported } from "../domain/statement.ts";
import type { Statement } from "../domain/statement.ts";
import type { LargeFiles } from "../runtime/large-files.ts";
import type { Log } from "../runtime/logger.ts";
import { StatementRefused } from "../statements/statement-refused.ts";
import type { StatementEnding, StatementLedger } from "../store/statement-ledger.ts";
import type { Announce } from "./announce.ts";
import { ImportRefused } from "./import-refused.ts";
import { uploadKey } from "./places.ts";
import { readContent } from "./read-content.ts";
import { refuseUnfinished } from "./whose-statement.ts";
import type { WhoseDeps } from "./whose-statement.ts";

export interface ImportStatementDeps {
  readonly files: LargeFiles;
  readonly statements: Pick<StatementLedger, "read" | "progress" | "end">;
  readonly announce: Announce;
  /** The shortcodes that the stage's credentials belong to. */
  readonly shortcodes: () => Promise<readonly string[]>;
  /** The storefront that the stage's shortcode belongs to; null where there is none at all. */
  readonly owner: () => Promise<string | null>;
  readonly accountOf: WhoseDeps["accountOf"];
  readonly clock: Clock;
  readonly log: Log;
}

/** The most that an uploaded statement may hold. */
const STATEMENT_LIMITS = { mostRows: 1_100_000, mostBytes: 250_000_000 } as const;

const notTheOwner = (storefront: string): ImportRefused =>
  new ImportRefused(
    "foreign_shortcode",
    `The shortcode does not belong to the storefront ${storefront}, and a statement speaks for every storefront on it. Have the storefront that owns the shortcode hand the statement in.`,
  );

/** What the file makes of its statement. Rejects with whatever is the fault of no file. */
const read = async (deps: ImportStatementDeps, statement: Statement): Promise<StatementEnding> => {
  const { id, asked, storefront, createdAt } = statement;
  const [file, ours, owner] = await Promise.all([deps.files.pin(uploadKey(id)), deps.shortcodes(), deps.owner()]);
  const progress = async (rowsRead: number): Promise<void> => {
    await deps.statements.progress(id, { rowsRead, at: deps.clock.now() });
  };
  const { files, accountOf } = deps;
  try {
    if (owner !== storefront) throw notTheOwner(storefront);
    const found = await readContent(
      { files, ours, accountOf, progress },
      { id, asked, file, limits: STATEMENT_LIMITS },
    );
    refuseUnfinished(found.content, createdAt);
    return { ending: "imported", ...found };
  } catch (fault) {
    if (!(fault instanceof StatementRefused) && !(fault instanceof ImportRefused)) throw fault;
    return { ending: "refused", refusal: { code: fault.code, message: fault.message, row: fault.row } };
  }
};

/** The statement that counts for what this one says: itself, or the one that said it first. */
const counting = async ({ statements }: ImportStatementDeps, statement: Statement): Promise<Statement | null> =>
  statement.duplicateOf === null ? statement : statements.read(statement.duplicateOf);

const tell = async (deps: ImportStatementDeps, statement: Statement, requestId: string): Promise<void> => {
  const counts = statement.state === "imported" ? await counting(deps, statement) : null;
  if (counts && isImported(counts)) await deps.announce(counts, requestId);
};

const logEnd = ({ log }: ImportStatementDeps, { id, state, content, duplicateOf, refusal }: Statement): void => {
  if (state === "refused") log.info("statement.refused", { statement: id, because: refusal?.code });
  else
    log.info("statement.imported", {
      statement: id,
      lines: content?.lineCount ?? 0,
      unreadable: content?.unreadableCount ?? 0,
      ...(duplicateOf === null ? {} : { duplicate_of: duplicateOf }),
    });
};

/**
 * Imports the file of the statement `id`. Rejects when the bucket, the ledger or the queue can't be reached: importing
 * once more is safe.
 */
export const importStatement =
  (deps: ImportStatementDeps) =>
  async (id: string, { requestId }: { readonly requestId: string }): Promise<void> => {
    const begun = await deps.statements.progress(id, { rowsRead: 0, at: deps.clock.now() });
    if (begun === null) {
      const ended = await deps.statements.read(id);
      deps.log.warn("statement.upload_ignored", { statement: id, state: ended?.state });
      // It may have ended in an import that broke off right behind its end.
      if (ended) await tell(deps, ended, requestId);
      return;
    }
    const ended = await deps.statements.end(id, await read(deps, begun), deps.clock.now());
    logEnd(deps, ended);
    await tell(deps, ended, requestId);
  };
