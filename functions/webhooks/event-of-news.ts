/**
 * The event that news of the ledger is, with the thing as the API shows it. What must stay true: a receiver sees what
 * `GET` shows, and no more: phones are masked, the ledger's own words stay inside.
 */
import { batchView } from "../api/batch-view.ts";
import { exceptionView } from "../api/exception-view.ts";
import { paymentView } from "../api/payment-view.ts";
import { payoutView } from "../api/payout-view.ts";
import { refundView } from "../api/refund-view.ts";
import { eventId } from "../domain/ids.ts";
import { eventOfMove } from "../domain/webhook-event.ts";
import type { WebhookEvent } from "../domain/webhook-event.ts";
import type { News } from "../store/webhook-news.ts";

const stateOf = (news: News): string => (news.what === "exception" ? news.thing.status : news.thing.state);
const timeOf = (news: News): number => (news.what === "exception" ? news.thing.lastAt : news.thing.updatedAt);

const objectOf = (news: News): object => {
  switch (news.what) {
    case "payment":
      return paymentView(news.thing);
    case "payout":
      return payoutView(news.thing);
    case "refund":
      return refundView(news.thing);
    case "payout_batch":
      // Its counters are counted elsewhere, and change on; whoever wants them reads the batch.
      return batchView(news.thing, null);
    case "exception":
      return exceptionView(news.thing, news.thing.lastAt);
  }
};

/** Null for news that no storefront is told of. */
export const eventOfNews = (news: News): WebhookEvent | null => {
  const { id, storefront, version } = news.thing;
  const type = eventOfMove(news.what, news.before, { state: stateOf(news), storefront });
  if (type === null) return null;
  return {
    id: eventId(id, version),
    type,
    storefront,
    subject: id,
    at: timeOf(news),
    sequence: version,
    object: objectOf(news),
  };
};
