/**
 * Changes a storefront's endpoints by what they are now. What must stay true: a decision is made about exactly what is
 * written over; of two at once, the second decides again.
 */
import type { WebhookEndpoint } from "../domain/webhook-endpoint.ts";
import type { WebhookEndpoints } from "../store/webhook-ledger.ts";

/** `next` null: nothing is written. */
interface Decision<T> {
  readonly next: readonly WebhookEndpoint[] | null;
  readonly result: T;
}

export type ChangeEndpoints = <T>(
  storefront: string,
  decide: (endpoints: readonly WebhookEndpoint[]) => Decision<T>,
) => Promise<T>;

const TRIES = 8;
const WAIT_MS = 50;

export const changeEndpoints =
  (deps: {
    readonly endpoints: WebhookEndpoints;
    readonly wait: (ms: number) => Promise<void>;
    /** In [0, 1). */
    readonly random: () => number;
  }): ChangeEndpoints =>
  async (storefront, decide) => {
    for (let tries = 1; ; tries += 1) {
      const seen = await deps.endpoints.read(storefront);
      const { next, result } = decide(seen.endpoints);
      if (next === null || (await deps.endpoints.write(storefront, seen, next))) return result;
      if (tries >= TRIES)
        throw new Error("the endpoints were changed by others again and again; it is safe to try again");
      await deps.wait(WAIT_MS * tries * deps.random());
    }
  };

/** `endpoints` with `changed` in the place of the one that has its id. */
export const withEndpoint = (
  endpoints: readonly WebhookEndpoint[],
  changed: WebhookEndpoint,
): readonly WebhookEndpoint[] => endpoints.map((endpoint) => (endpoint.id === changed.id ? changed : endpoint));
