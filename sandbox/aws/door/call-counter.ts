/** Counts AWS calls, so that a budget such as "a status poll is one read" is measured and not believed. */
import type { Call } from "./call.ts";

/** A kind of calls. A caller is matched by its beginning, because logical ids end in a hash. */
export type CallMatch = { readonly [K in keyof Call]?: Call[K] | undefined };
export type CallCount = Call & { readonly count: number };
export type CallCounter = {
  add(call: Call): void;
  /** Everything counted since the last reset, most frequent first. */
  counts(): readonly CallCount[];
  /** How many calls match, e.g. `{ caller: "Sweep", operation: "UpdateItem" }`. */
  total(match?: CallMatch): number;
  reset(): void;
};

export const createCallCounter = (): CallCounter => {
  const counted = new Map<string, { call: Call; count: number }>();
  const counts = (): CallCount[] =>
    [...counted.values()].map(({ call, count }) => ({ ...call, count })).sort((a, b) => b.count - a.count);
  return {
    add(call) {
      const key = `${call.caller} ${call.service} ${call.operation}`;
      const entry = counted.get(key);
      if (entry === undefined) counted.set(key, { call, count: 1 });
      else entry.count += 1;
    },
    counts,
    total: (match = {}) =>
      counts()
        .filter((call) => matches(call, match))
        .reduce((sum, { count }) => sum + count, 0),
    reset: () => counted.clear(),
  };
};

/** Whether a call is of that kind. */
export const matches = (call: Call, match: CallMatch): boolean =>
  call.caller.startsWith(match.caller ?? "") &&
  (match.service === undefined || call.service === match.service) &&
  (match.operation === undefined || call.operation === match.operation);
