/** Token buckets and quotas, by the clock they are given. */
import type { Quota, Throttle } from "./model.ts";

export type Limits = {
  /** Takes a token from the bucket called `key`; false when it is empty. */
  take(key: string, throttle: Throttle): boolean;
  /** Counts a request of the quota called `key` in its period (UTC); false once the limit is reached. */
  spend(key: string, quota: Quota): boolean;
};

const MAX_KEYS = 100_000;

export const createLimits = (now: () => number): Limits => {
  const buckets = new Map<string, { tokens: number; at: number }>();
  const spent = new Map<string, { period: string; count: number }>();
  return {
    take(key, { perSecond, burst }) {
      const at = now();
      if (buckets.size > MAX_KEYS) buckets.clear();
      const bucket = buckets.get(key) ?? { tokens: burst, at };
      const tokens = Math.min(burst, bucket.tokens + ((at - bucket.at) / 1000) * perSecond);
      const enough = tokens >= 1;
      buckets.set(key, { tokens: enough ? tokens - 1 : tokens, at });
      return enough;
    },
    spend(key, { limit, period }) {
      const current = periodOf(now(), period);
      const before = spent.get(key);
      const count = before?.period === current ? before.count : 0;
      if (count >= limit) return false;
      spent.set(key, { period: current, count: count + 1 });
      return true;
    },
  };
};

const DAY_MS = 86_400_000;

const periodOf = (epochMs: number, period: Quota["period"]): string => {
  if (period === "MONTH") return new Date(epochMs).toISOString().slice(0, 7);
  return String(Math.floor(epochMs / (period === "WEEK" ? 7 * DAY_MS : DAY_MS)));
};
