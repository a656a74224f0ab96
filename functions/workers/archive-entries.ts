/**
 * Keeps in the archive what the ledger took in: every new entry of every history and every text that was received. What
 * must stay true: a batch that comes again writes nothing again; a file lies under the day on which it was written, so a
 * day's files are all there once the day is over; what was rewritten or taken away rings.
 */
import { gzipSync } from "node:zlib";
import { entriesKey } from "../domain/chain-root.ts";
import type { Clock } from "../domain/clock.ts";
import { nairobiDay } from "../domain/time.ts";
import type { Archive } from "../runtime/archive.ts";
import type { Log } from "../runtime/logger.ts";
import type { Count } from "../runtime/metrics.ts";
import type { StreamedWrite } from "../runtime/stream.ts";
import { archiveLines } from "../store/archive-lines.ts";

export interface ArchiveDeps {
  readonly archive: Pick<Archive, "write">;
  readonly clock: Clock;
  readonly log: Pick<Log, "info" | "error">;
  readonly count: Count;
}

export const archiveEntries =
  ({ archive, clock, log, count }: ArchiveDeps) =>
  async (writes: readonly StreamedWrite[]): Promise<void> => {
    const lines = writes.flatMap(archiveLines);
    const first = writes.at(0)?.sequence;
    const last = writes.at(-1)?.sequence;
    if (lines.length === 0 || first === undefined || last === undefined) return;
    for (const line of lines)
      if (line.kind === "broken") {
        log.error("archive.ledger_rewritten", { id: line.id, because: line.because });
        count("LedgerRewritten");
      }
    const key = entriesKey(nairobiDay(clock.now()), { first, last });
    const body = gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const wrote = await archive.write(key, body, "application/gzip");
    log.info("archive.written", { key, lines: lines.length, wrote });
  };
