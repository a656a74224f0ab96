/**
 * Writes the root of each day that is over, into the archive, once. What must stay true: every day has one, and each names
 * the one before; a day whose root was written is never written again; days that were missed are made up for in order.
 */
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { ArchiveLine } from "../domain/archive-line.ts";
import { dateOfEntries, dateOfRoot, DayRoot, entriesOf, rootKey, rootOf, takeHead } from "../domain/chain-root.ts";
import type { ArchivedFile, Head } from "../domain/chain-root.ts";
import type { Clock } from "../domain/clock.ts";
import { dayBounds, nairobiDay } from "../domain/time.ts";
import type { Archive } from "../runtime/archive.ts";
import type { Log } from "../runtime/logger.ts";
import type { ScheduledRun } from "../runtime/schedule.ts";

export interface DailyRootDeps {
  readonly archive: Archive;
  readonly clock: Clock;
  readonly log: Pick<Log, "info" | "error">;
}

/** A day is final so long after its end: no function that began to write in it still runs then. */
const GRACE_MS = 20 * 60_000;
/** Days that one run makes up for; the next run goes on. */
const MOST_DAYS = 31;
/** A day's root has to be begun with so much time left. */
const ENOUGH_MS = 120_000;
/** Files of a day that are read at the same time. */
const AT_ONCE = 8;
/** An unpacked file of one batch of the stream is far below this. */
const LONGEST_FILE_BYTES = 64 * 1024 * 1024;

const nextDay = (date: string): string => {
  const bounds = dayBounds(date);
  if (!bounds) throw new RangeError(`${date} is not a day`);
  return nairobiDay(bounds.until);
};

/** The last name below a prefix that `dateOf` knows, with its day. */
const lastRoot = async (archive: Archive): Promise<DayRoot | null> => {
  let last: string | null = null;
  for await (const key of archive.list("roots/")) last = dateOfRoot(key) === null ? last : key;
  const kept = last === null ? null : await archive.read(last);
  return kept && DayRoot.parse(JSON.parse(Buffer.from(kept).toString()));
};

/** The first day of which the archive has entries; null when it has none. */
const firstDay = async (archive: Archive): Promise<string | null> => {
  for await (const key of archive.list("entries/")) return dateOfEntries(key);
  return null;
};

const readDayFile = async (archive: Archive, key: string, heads: Map<string, Head>): Promise<ArchivedFile> => {
  const bytes = await archive.read(key);
  if (!bytes) throw new Error("a file that the archive listed is not there; it is safe to run again");
  const text = gunzipSync(bytes, { maxOutputLength: LONGEST_FILE_BYTES }).toString();
  for (const line of text.split("\n")) if (line !== "") takeHead(heads, ArchiveLine.parse(JSON.parse(line)));
  return { key, sha256: createHash("sha256").update(bytes).digest("hex") };
};

/** The root of a day, from what the archive has of it. */
const makeRoot = async (archive: Archive, date: string, previous: string | null): Promise<DayRoot> => {
  const heads = new Map<string, Head>();
  const files: ArchivedFile[] = [];
  let batch: string[] = [];
  const readBatch = async (): Promise<void> => {
    files.push(...(await Promise.all(batch.map((key) => readDayFile(archive, key, heads)))));
    batch = [];
  };
  for await (const key of archive.list(entriesOf(date))) {
    batch.push(key);
    if (batch.length === AT_ONCE) await readBatch();
  }
  await readBatch();
  return rootOf({ date, previous, heads, files });
};

export const dailyRoot =
  ({ archive, clock, log }: DailyRootDeps) =>
  async ({ remainingMs }: Pick<ScheduledRun, "remainingMs">): Promise<{ readonly written: number }> => {
    const today = nairobiDay(clock.now() - GRACE_MS);
    const last = await lastRoot(archive);
    let previous = last?.root ?? null;
    let date = last ? nextDay(last.date) : await firstDay(archive);
    let written = 0;
    for (; date !== null && date < today && written < MOST_DAYS && remainingMs() > ENOUGH_MS; date = nextDay(date)) {
      const root = await makeRoot(archive, date, previous);
      const wrote = await archive.write(rootKey(date), Buffer.from(`${JSON.stringify(root)}\n`), "application/json");
      if (wrote === "there") break; // another run does the same; the next one goes on after it
      log.info("archive.root_written", { date, root: root.root, histories: root.histories, files: root.files });
      previous = root.root;
      written += 1;
    }
    return { written };
  };
