/**
 * How many events lie within the span that ends now. What has left the span is forgotten, so the memory is that of one
 * span.
 */
const FORGOTTEN_MAX = 1024;

export type SlidingWindow = ReturnType<typeof createSlidingWindow>;

/** Two events exactly `spanMs` apart never share a window. */
export const createSlidingWindow = (spanMs: number) => {
  let instants: number[] = [];
  let first = 0;
  const forget = (nowMs: number): void => {
    while (first < instants.length && nowMs - (instants[first] ?? 0) >= spanMs) first += 1;
    if (first <= FORGOTTEN_MAX) return;
    instants = instants.slice(first);
    first = 0;
  };
  return {
    spanMs,
    /** Events in the span that ends at `nowMs`, which must not go back. */
    count(nowMs: number): number {
      forget(nowMs);
      return instants.length - first;
    },
    add(nowMs: number): void {
      instants.push(nowMs);
    },
  };
};
