/**
 * Changes a delivery by what it is now. What must stay true: what an attempt showed is kept, even when its owner asked for
 * the delivery again in the meantime: the change is then made to the newer one.
 */
import type { Delivery } from "../domain/webhook-delivery.ts";
import type { KeptDelivery, WebhookDeliveries } from "../store/webhook-ledger.ts";

/** Null: leave it as it is. */
type Change = (delivery: KeptDelivery) => Delivery | null;

/** The delivery after the change; as it stands when there was nothing to change; null when it does not exist any more. */
export type ChangeDelivery = (seen: KeptDelivery, change: Change) => Promise<KeptDelivery | null>;

/** Others who change the same delivery are few: its owner, the clock, a second message. */
const TRIES = 5;

export const changeDelivery =
  ({ deliveries }: { readonly deliveries: Pick<WebhookDeliveries, "read" | "replace"> }): ChangeDelivery =>
  async (seen, change) => {
    let current: KeptDelivery | null = seen;
    for (let tries = 0; tries < TRIES && current !== null; tries += 1) {
      const next = change(current);
      if (next === null) return current;
      const written = await deliveries.replace(current, next);
      if (written !== null) return written;
      [current = null] = await deliveries.read([seen.id]);
    }
    if (current === null) return null;
    throw new Error("a webhook delivery was changed by others again and again; it is safe to try again");
  };
