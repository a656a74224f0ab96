/** What a run of tests showed about permissions: what is missing, and what is one too many. */
import type { Line } from "./record.ts";

export type Summary = {
  /** A sentence for each permission that was refused. */
  readonly missing: readonly string[];
  /** A sentence for each grant that nothing used, by function. */
  readonly unused: readonly string[];
  readonly functions: number;
  readonly grants: number;
};

export const summarise = (lines: readonly Line[]): Summary => {
  const named = (wanted: Line["what"]): ReadonlyMap<string, Line> =>
    new Map(lines.filter(({ what }) => what === wanted).map((line) => [`${line.caller} ${line.grant}`, line]));
  const [granted, used, refused] = [named("granted"), named("used"), named("refused")];
  const sorted = (sentences: Iterable<string>): readonly string[] => [...new Set(sentences)].sort();
  const unused = [...granted].filter(([key]) => !used.has(key)).map(([, line]) => line);
  return {
    missing: sorted([...refused.values()].map(({ grant }) => grant)),
    unused: sorted(unused.map(({ caller, grant }) => `${caller} never used ${grant}.`)),
    functions: new Set([...granted.values()].map(({ caller }) => caller)).size,
    grants: granted.size,
  };
};
