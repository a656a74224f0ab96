/**
 * The clock's part: what is due goes back on the queue. What must stay true: what is put there is off the list for a
 * while, so two looks at once send it once; it ends in time, and what it does not get to stays due.
 */
import type { Clock } from "../domain/clock.ts";
import { safetyAt } from "../domain/webhook-delivery.ts";
import type { Log } from "../runtime/logger.ts";
import type { Measure } from "../runtime/metrics.ts";
import type { Queue } from "../runtime/queue.ts";
import { CorruptItem } from "../store/attributes.ts";
import { eachAtMost } from "../store/each-at-most.ts";
import type { DuePlace } from "../store/ledger.ts";
import type { WebhookDeliveries } from "../store/webhook-ledger.ts";
import { messageOf } from "./messages.ts";
import type { WebhookMessage } from "./messages.ts";

export interface PutDueBackDeps {
  readonly deliveries: Pick<WebhookDeliveries, "due" | "claim">;
  readonly webhookQueue: Queue;
  readonly shards: number;
  readonly clock: Clock;
  readonly log: Pick<Log, "info" | "error">;
  readonly measure: Measure;
  /** In [0, 1). */
  readonly random: () => number;
  readonly intervalMs: () => number;
}

const PAGE = 100;
/** Pages of one look, over all shards. */
const MOST_PAGES = 40;
const CLAIMS_AT_ONCE = 16;
/** A look ends with this much of its run left. */
const SPARE_MS = 10_000;

export type PutDueBack = (remainingMs: () => number) => Promise<void>;

const createClaim =
  (deps: PutDueBackDeps) =>
  async (ids: readonly string[]): Promise<readonly WebhookMessage[]> => {
    const messages: WebhookMessage[] = [];
    await eachAtMost(CLAIMS_AT_ONCE, ids, async (id) => {
      const now = deps.clock.now();
      const until = safetyAt(now, { intervalMs: deps.intervalMs(), jitter: deps.random() });
      try {
        const claimed = await deps.deliveries.claim(id, now, until);
        if (claimed !== null) messages.push(messageOf(claimed));
      } catch (fault) {
        if (!(fault instanceof CorruptItem)) throw fault;
        deps.log.error("webhook.item_failed", { delivery: id }, fault);
      }
    });
    return messages;
  };

export const putDueBack = (deps: PutDueBackDeps): PutDueBack => {
  const claim = createClaim(deps);
  return async (remainingMs) => {
    let sent = 0;
    let pages = 0;
    for (let shard = 0; shard < deps.shards; shard += 1) {
      let after: DuePlace | null = null;
      do {
        if (pages >= MOST_PAGES || remainingMs() < SPARE_MS) break;
        const page: Awaited<ReturnType<WebhookDeliveries["due"]>> = await deps.deliveries.due(deps.clock.now(), shard, {
          limit: PAGE,
          after,
        });
        const messages = await claim(page.ids);
        await deps.webhookQueue.send(messages);
        sent += messages.length;
        pages += 1;
        after = page.next;
      } while (after !== null);
    }
    if (sent === 0) return;
    deps.log.info("webhook.put_back", { sent });
    deps.measure({ values: { WebhooksPutBack: sent }, code: null, at: deps.clock.now() });
  };
};
