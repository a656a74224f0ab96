/**
 * Tells what the ledger has just taken in: webhooks to storefronts, payers' open pages, and the measures that the team
 * watches. It reads each write once, from the ledger's stream, so nothing that was recorded goes untold and no request waits for a stranger.
 * What must stay true: a batch that comes again tells of the same events; an item that can't be read holds up no other.
 */
import type { Payment } from "../domain/payment.ts";
import type { WebhookEvent } from "../domain/webhook-event.ts";
import type { Log } from "../runtime/logger.ts";
import type { Measure } from "../runtime/metrics.ts";
import type { StreamedWrite } from "../runtime/stream.ts";
import { newsOf } from "../store/webhook-news.ts";
import type { News } from "../store/webhook-news.ts";
import { eventOfNews } from "../webhooks/event-of-news.ts";
import { measuredOf } from "./measured-of.ts";

export interface NotifyDeps {
  readonly queueWebhooks: (events: readonly WebhookEvent[]) => Promise<void>;
  /** Tells the pages that show this payment. Never rejects. */
  readonly pushLive: (payment: Payment) => Promise<void>;
  readonly measure: Measure;
  readonly log: Pick<Log, "error">;
}

const readNews = (writes: readonly StreamedWrite[], log: NotifyDeps["log"]): readonly News[] =>
  writes.flatMap((write) => {
    const news = newsOf(write);
    if (news === null) return [];
    if (!("unreadable" in news)) return [news];
    log.error("notify.unreadable", { id: news.unreadable });
    return [];
  });

/** Each payment once, as it is after all that happened: a page wants to know how it stands. */
const latestPayments = (news: readonly News[]): readonly Payment[] => [
  ...new Map(news.flatMap((one) => (one.what === "payment" ? [[one.thing.id, one.thing] as const] : []))).values(),
];

/** Throws when an event could not be put on its way: the stream hands the batch out again. */
export const notify =
  ({ queueWebhooks, pushLive, measure, log }: NotifyDeps) =>
  async (writes: readonly StreamedWrite[]): Promise<void> => {
    const news = readNews(writes, log);
    const events = news.flatMap((one) => eventOfNews(one) ?? []);
    await Promise.all([queueWebhooks(events), ...latestPayments(news).map(pushLive)]);
    // Only once they are on their way: a batch that comes again would be counted twice.
    for (const measured of news.map(measuredOf)) if (measured !== null) measure(measured);
  };
