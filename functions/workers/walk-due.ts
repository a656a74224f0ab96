/**
 * Walks through everything that is due, shard after shard and page after page, the longest silent first. What must stay
 * true: it ends in time; what it does not get to stays due; an item that can't be read stops no other.
 */
import type { DuePlace } from "../store/ledger.ts";

export interface DueItems<T> {
  readonly items: readonly T[];
  /** Ids of what can't be read. */
  readonly unreadable: readonly string[];
  readonly next: DuePlace | null;
}

export interface Walk<T> {
  readonly shards: number;
  readonly page: (shard: number, after: DuePlace | null) => Promise<DueItems<T>>;
  /** Deals with one item; never rejects. A page's items are dealt with at once. */
  readonly each: (item: T) => Promise<void>;
  readonly onUnreadable: (id: string) => void;
  readonly hasTime: () => boolean;
}

/** True when it got to the end of the shard. */
const walkShard = async <T>(walk: Walk<T>, shard: number): Promise<boolean> => {
  let after: DuePlace | null = null;
  do {
    if (!walk.hasTime()) return false;
    const page: DueItems<T> = await walk.page(shard, after);
    page.unreadable.forEach(walk.onUnreadable);
    await Promise.all(page.items.map(walk.each));
    after = page.next;
  } while (after !== null);
  return true;
};

/** Why it ended: nothing left that is due, or no time left. */
export type WalkEnd = "done" | "out_of_time";

export const walkDue = async <T>(walk: Walk<T>): Promise<WalkEnd> => {
  for (let shard = 0; shard < walk.shards; shard += 1) if (!(await walkShard(walk, shard))) return "out_of_time";
  return "done";
};
