/**
 * A book of stretches that were lived through, so that a long search can be broken off and gone on with. What must stay
 * true: a line is written when its stretch has ended and never changed; a stretch counts for the code that it was lived
 * with, and for no other.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Stretch, Tally } from "./tally.ts";

/** One line of the book. */
export interface Entry extends Stretch, Tally {
  /** Which code: the digest of the bundle. */
  readonly code: string;
}

const keyOf = ({ world, from, count, orders }: Stretch): string => [world, from, count, orders ?? "own"].join(" ");

/** A line that was broken off is no entry. */
const readLine = (line: string): Entry[] => {
  try {
    return [JSON.parse(line) as Entry];
  } catch {
    return [];
  }
};

export const openBook = (file: string) => {
  const entries = (): Entry[] => (existsSync(file) ? readFileSync(file, "utf8").split("\n").flatMap(readLine) : []);
  return {
    /** What is known of a stretch under this code; undefined when it was not lived through. */
    known(code: string): (stretch: Stretch) => Tally | undefined {
      const lived = new Map(
        entries().flatMap((entry) => (entry.code === code ? [[keyOf(entry), entry] as const] : [])),
      );
      return (stretch) => lived.get(keyOf(stretch));
    },
    write(code: string, stretch: Stretch, tally: Tally): void {
      mkdirSync(path.dirname(file), { recursive: true });
      // On a line of its own, whatever became of the one before.
      appendFileSync(file, `\n${JSON.stringify({ code, ...stretch, ...tally } satisfies Entry)}`);
    },
  };
};
