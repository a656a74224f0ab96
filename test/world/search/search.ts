/**
 * A search through many seeds of one kind of world: what the book knows already is not lived through again, progress is
 * told, and a search that has found enough stops. What must stay true: the last line counts every seed asked for, whether
 * it was lived through now or before.
 */
import type { openBook } from "./book.ts";
import type { Bundle } from "./bundle.ts";
import { liveAll } from "./crew.ts";
import { added, NOTHING, stretches } from "./tally.ts";
import type { BrokenSeed, Stretch, Tally } from "./tally.ts";

export interface SearchParts {
  readonly bundle: Bundle;
  /** Processes at a time. */
  readonly workers: number;
  /** Null when nothing is remembered. */
  readonly book: ReturnType<typeof openBook> | null;
  readonly say: (line: string) => void;
}

/** Short enough that little is lost when a search is broken off. */
const LONGEST_STRETCH = 500;
/** The most broken seeds that a search goes on after. */
const MOST_BROKEN = 10;
const TELL_EVERY_MS = 30_000;

const spelled = (count: number): string => count.toLocaleString("en-KE");

/** Hours and minutes. */
const duration = (seconds: number): string =>
  seconds < 90
    ? `${Math.round(seconds)} s`
    : `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;

/** Lives through the seeds; gives those that were wrong. */
export const search = async (
  asked: Stretch,
  { bundle, workers, book, say }: SearchParts,
): Promise<readonly BrokenSeed[]> => {
  const all = stretches(asked, Math.min(LONGEST_STRETCH, Math.ceil(asked.count / workers)));
  const known = book?.known(bundle.digest) ?? (() => undefined);
  const before = all.map(known).filter((tally) => tally !== undefined);
  let total = before.reduce(added, NOTHING);
  const remembered = total.seeds;
  const began = performance.now();
  let told = began;

  const progress = (): void => {
    const seconds = (performance.now() - began) / 1000;
    const perSecond = (total.seeds - remembered) / seconds;
    const left = duration((asked.count - total.seeds) / perSecond);
    say(
      `${asked.world}: ${spelled(total.seeds)} of ${spelled(asked.count)} seeds, ${total.broken.length} broken, ${left} left`,
    );
  };
  const done = (stretch: Stretch, tally: Tally): boolean => {
    book?.write(bundle.digest, stretch, tally);
    total = added(total, tally);
    if (performance.now() - told >= TELL_EVERY_MS && total.seeds < asked.count) {
      told = performance.now();
      progress();
    }
    return total.broken.length < MOST_BROKEN;
  };
  await liveAll(
    all.filter((stretch) => known(stretch) === undefined),
    { file: bundle.file, size: workers, done },
  );
  const { seeds, payments, events, cpu, broken } = total;
  const perCpu = `${(seeds / cpu).toFixed(1)} seeds per CPU second`;
  say(
    `${asked.world}: ${spelled(seeds)} seeds, ${spelled(payments)} payments, ${spelled(events)} events, ` +
      `${broken.length} broken; ${duration((performance.now() - began) / 1000)}, ${perCpu} (code ${bundle.digest})`,
  );
  return broken;
};
