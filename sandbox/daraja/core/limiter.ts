/**
 * Rate limits, for each lane of each shortcode by itself. A limit without a burst is a true sliding window: at most so
 * many starts in any period, however it is laid. One with a burst is an API gateway's spike arrest: evenly spaced slots
 * (GCRA). A request over the limit is refused, counted, and uses up no slot.
 */
import type { Clock } from "./clock.ts";
import { createSlidingWindow, type SlidingWindow } from "./sliding-window.ts";
import type { Limit } from "./switches.ts";

export const createLimiter = (clock: Pick<Clock, "now">) => {
  const nextSlotMs = new Map<string, number>();
  const windows = new Map<string, SlidingWindow>();

  const admitSpaced = (key: string, limit: Limit, burst: number): boolean => {
    const spacingMs = (limit.period_seconds * 1000) / limit.allowed;
    const now = clock.now();
    const slot = Math.max(nextSlotMs.get(key) ?? 0, now);
    if (slot - now > (burst - 1) * spacingMs) return false;
    nextSlotMs.set(key, slot + spacingMs);
    return true;
  };

  const windowOf = (key: string, spanMs: number): SlidingWindow => {
    const kept = windows.get(key);
    if (kept?.spanMs === spanMs) return kept;
    const fresh = createSlidingWindow(spanMs);
    windows.set(key, fresh);
    return fresh;
  };

  const admitInWindow = (key: string, limit: Limit): boolean => {
    const window = windowOf(key, limit.period_seconds * 1000);
    const now = clock.now();
    if (window.count(now) >= limit.allowed) return false;
    window.add(now);
    return true;
  };

  return {
    /** True when the request fits; uses its slot. `key` names the lane and the shortcode. */
    admit: (key: string, limit: Limit): boolean =>
      limit.burst === undefined ? admitInWindow(key, limit) : admitSpaced(key, limit, limit.burst),
  };
};
