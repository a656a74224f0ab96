/** The shared items of the token and of the slots, in memory, under the very conditions that the ports demand. */
import type { Advance, Lane, LanePace, SlotItems } from "../../../functions/daraja/pacing.ts";
import type { HeldToken, SharedToken } from "../../../functions/daraja/token.ts";

export const memoryToken = (now: () => number): SharedToken & { held: HeldToken | null } => {
  let lease: { fence: number; until: number } | null = null;
  let fences = 0;
  const item = {
    held: null as HeldToken | null,
    read: () => Promise.resolve(item.held),
    lease: ({ seen, leaseMs }: { seen: number; leaseMs: number }) => {
      const leased = lease !== null && lease.until > now();
      if (leased || (item.held?.generation ?? 0) > seen)
        return Promise.resolve({ won: false as const, held: item.held, until: leased ? lease!.until : 0 });
      lease = { fence: (fences += 1), until: now() + leaseMs };
      return Promise.resolve({ won: true as const, fence: fences });
    },
    store: (next: HeldToken, fence: number) => {
      if (fence !== fences) return Promise.resolve(false);
      item.held = next;
      lease = null;
      return Promise.resolve(true);
    },
    release: (fence: number) => {
      if (fence === fences) lease = null;
      return Promise.resolve();
    },
  };
  return item;
};

export const memorySlots = (): SlotItems & { writes: number; paces: Map<Lane, LanePace> } => {
  const items = {
    writes: 0,
    paces: new Map<Lane, LanePace>(),
    advance: (lane: Lane, request: Advance) => {
      items.writes += 1;
      const pace = items.paces.get(lane) ?? null;
      const known = pace?.slowedAt === request.slowedAt && pace.jitterMs === request.jitterMs;
      const fits = known && pace.tat >= request.from && pace.tat <= request.to;
      if (!pace || !fits) return Promise.resolve({ taken: false, pace });
      const next = { ...pace, tat: pace.tat + request.byMs };
      items.paces.set(lane, next);
      return Promise.resolve({ taken: true, pace: next });
    },
    swap: (lane: Lane, { expected, next }: { expected: LanePace | null; next: LanePace }) => {
      items.writes += 1;
      const pace = items.paces.get(lane) ?? null;
      if (pace?.tat !== expected?.tat || pace?.slowedAt !== expected?.slowedAt)
        return Promise.resolve({ swapped: false, pace });
      items.paces.set(lane, next);
      return Promise.resolve({ swapped: true, pace: next });
    },
  };
  return items;
};
