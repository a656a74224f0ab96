/**
 * Rate limits as an API gateway's spike arrest applies them: evenly spaced slots with a burst (GCRA). A request over
 * the limit is refused, counted, and uses up no slot.
 */
import type { Clock } from "./clock.ts";
import type { Lane, Limit } from "./switches.ts";

export const createLimiter = (clock: Pick<Clock, "now">) => {
  const nextSlotMs = new Map<Lane, number>();
  return {
    /** True when the request fits; uses its slot. */
    admit(lane: Lane, limit: Limit): boolean {
      const spacingMs = (limit.period_seconds * 1000) / limit.allowed;
      const now = clock.now();
      const slot = Math.max(nextSlotMs.get(lane) ?? 0, now);
      if (slot - now > (limit.burst - 1) * spacingMs) return false;
      nextSlotMs.set(lane, slot + spacingMs);
      return true;
    },
  };
};
