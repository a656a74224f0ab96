/** A statement was uploaded: it is imported. What arrives at a name that nobody handed out is left alone. */
import type { Log } from "../runtime/logger.ts";
import type { ScheduledRun } from "../runtime/schedule.ts";
import type { Upload } from "../runtime/uploads.ts";
import { statementOfUpload } from "../statements-import/places.ts";
import type { importStatement } from "../statements-import/import-statement.ts";

export interface ImportStatementDeps {
  readonly importStatement: ReturnType<typeof importStatement>;
  readonly log: Log;
}

/** Takes one uploaded file. Rejects when it could not be imported for no fault of the file: the event comes again. */
export const importUpload =
  (deps: ImportStatementDeps) =>
  async ({ key }: Upload, { requestId }: Pick<ScheduledRun, "requestId">): Promise<void> => {
    const id = statementOfUpload(key);
    if (id === null) deps.log.warn("statement.upload_ignored", { statement: null });
    else await deps.importStatement(id, { requestId });
  };
