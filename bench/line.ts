/** One line of the benchmarks' table. What is measured here is a ratio or a count wherever one can be had, never seconds alone. */

export interface Line {
  readonly section:
    | "Bundles"
    | "Calls"
    | "CPU"
    | "Bill"
    | "Token"
    | "Pacing"
    | "Live"
    | "Batches"
    | "Statements"
    | "Reconciliation";
  readonly what: string;
  readonly measured: string;
  /** Null: there for understanding, nothing was promised. */
  readonly target: string | null;
  readonly met: boolean | null;
  /** By how much it was missed and why, or how to read the number. */
  readonly note: string;
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
};

type Named = Pick<Line, "section" | "what"> & { readonly note?: string };
type Show = (value: number) => string;

const promised = (
  line: Named,
  { missedBy, show, ...rest }: Pick<Line, "measured" | "target"> & { missedBy: number; show: Show },
): Line => {
  const missed = missedBy > 0 ? `missed by ${show(missedBy)}` : "";
  const note = [missed, line.note ?? ""].filter((part) => part !== "").join("; ");
  return { section: line.section, what: line.what, ...rest, met: missedBy <= 0, note };
};

/** A promise to stay at or below a number. */
export const atMost = (
  line: Named,
  { measured, most, show }: { readonly measured: number; readonly most: number; readonly show: Show },
): Line => promised(line, { measured: show(measured), target: `<= ${show(most)}`, missedBy: measured - most, show });

/** A promise to reach a number. */
export const atLeast = (
  line: Named,
  { measured, least, show }: { readonly measured: number; readonly least: number; readonly show: Show },
): Line => promised(line, { measured: show(measured), target: `>= ${show(least)}`, missedBy: least - measured, show });

/** A promise to be exactly one number. */
export const exactly = (line: Pick<Line, "section" | "what">, measured: number, wanted: number): Line => ({
  ...line,
  measured: String(measured),
  target: `= ${wanted}`,
  met: measured === wanted,
  note: "",
});

/** Worth knowing; nothing was promised. */
export const plain = (line: Pick<Line, "section" | "what">, measured: string, note = ""): Line => ({
  ...line,
  measured,
  target: null,
  met: null,
  note,
});

export const times = (ratio: number): string => `${ratio.toFixed(2)}x`;
export const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(0)} KB`;
/** A count for each operation: whole when it is. */
export const each = (count: number): string => (Number.isInteger(count) ? String(count) : count.toFixed(2));
export const dollars = (usd: number): string => `$${usd.toFixed(2)}`;
