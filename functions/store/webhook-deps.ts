/** What the webhooks' half of the store is made of. It knows its own table and no other. */
import type { Clock } from "../domain/clock.ts";
import type { Patience } from "./attempts.ts";
import type { Dynamo } from "./client.ts";

export interface WebhookDeps extends Patience {
  readonly dynamo: Dynamo;
  /** Physical name of the webhooks table. */
  readonly table: string;
  readonly clock: Clock;
}
