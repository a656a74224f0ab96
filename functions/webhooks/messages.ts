/** What stands in the queue of webhooks. Names alone: what is sent lies in the store. What another version adds is left out. */
import * as z from "zod";
import type { Delivery } from "../domain/webhook-delivery.ts";

export const WebhookMessage = z.union([
  /**
   * `storefront`: whose endpoints to look up meanwhile. `made`: how many attempts had been made when this was put here; a
   * message of before the latest attempt is old.
   */
  z.object({ delivery: z.string().max(64), storefront: z.string().max(1_024), made: z.int().min(0) }),
  /** The clock's: put what is due on the queue. */
  z.object({ look: z.literal("due") }),
]);
export type WebhookMessage = z.infer<typeof WebhookMessage>;

/** The message that has a delivery sent. */
export const messageOf = ({ id, storefront, made }: Pick<Delivery, "id" | "storefront" | "made">): WebhookMessage => ({
  delivery: id,
  storefront,
  made,
});
