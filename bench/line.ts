/** One line of the benchmarks' table. What is measured here is a ratio or a count wherever one can be had, never seconds alone. */

export interface Line {
  readonly section: "Bundles" | "Calls" | "CPU" | "Bill" | "Token";
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

/** A promise to stay at or below a number. */
export const atMost = (
  line: Pick<Line, "section" | "what"> & { readonly note?: string },
  value: { readonly measured: number; readonly most: number; readonly show: (value: number) => string },
): Line => {
  const { measured, most, show } = value;
  const met = measured <= most;
  const missed = met ? "" : `missed by ${show(measured - most)}`;
  return {
    section: line.section,
    what: line.what,
    measured: show(measured),
    target: `<= ${show(most)}`,
    met,
    note: [missed, line.note ?? ""].filter((part) => part !== "").join("; "),
  };
};

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
