/**
 * Bugs that were planted, to see whether the world of webhooks sees them. Each is a small change to one part that the
 * processes are made of, of the kind that a hurried edit makes. `NONE` changes nothing.
 */
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Archive } from "../../../functions/runtime/archive.ts";
import type { StreamedWrite } from "../../../functions/runtime/stream.ts";
import { AT } from "../../../functions/store/transaction-item.ts";
import type { WebhookDeliveries, WebhookTurns } from "../../../functions/store/webhook-ledger.ts";
import type { AttemptDelivery } from "../../../functions/webhooks/attempt-delivery.ts";
import type { DisableEndpoint } from "../../../functions/webhooks/disable-endpoint.ts";
import type { KeyVault } from "../../../functions/webhooks/endpoint-keys.ts";
import type { KnownEndpoints } from "../../../functions/webhooks/known-endpoints.ts";
import type { PostWebhook } from "../../../functions/webhooks/post-webhook.ts";
import { STOREFRONTS } from "./scenario.ts";

type Send = (command: unknown) => Promise<unknown>;
type Tell = (writes: readonly StreamedWrite[]) => Promise<void>;

export interface Planted {
  readonly send: (send: Send) => Send;
  readonly deliveries: (deliveries: WebhookDeliveries) => WebhookDeliveries;
  readonly turns: (turns: WebhookTurns) => WebhookTurns;
  readonly keyVault: (vault: KeyVault) => KeyVault;
  readonly known: (known: KnownEndpoints) => KnownEndpoints;
  readonly post: (post: PostWebhook) => PostWebhook;
  readonly attempt: (attempt: AttemptDelivery) => AttemptDelivery;
  /** How a run that died is ended. */
  readonly finish: (disable: DisableEndpoint) => DisableEndpoint;
  readonly notify: (tell: Tell) => Tell;
  /** `now`: the process's clock. */
  readonly archive: (archive: Archive, now: () => number) => Archive;
}

const same = <T>(value: T): T => value;

export const NONE: Planted = {
  send: same,
  deliveries: same,
  turns: same,
  keyVault: same,
  known: same,
  post: same,
  attempt: same,
  finish: same,
  notify: same,
  archive: same,
};

type Replace = WebhookDeliveries["replace"];

const replacing = (replace: (inner: Replace) => Replace): Planted => ({
  ...NONE,
  deliveries: (deliveries) => ({
    ...deliveries,
    replace: replace((seen, next) => deliveries.replace(seen, next)),
  }),
});

const DAY_MS = 86_400_000;

export const PLANTED = {
  /** Nobody answered in time, and that is taken for an answer. */
  "a silence taken for an answer": {
    ...NONE,
    post: (post) => async (request) => {
      const answer = await post(request);
      return answer.result === "timed_out" ? { ...answer, result: "delivered" } : answer;
    },
  },
  /** Each attempt has an id of its own. */
  "a new id at each attempt": {
    ...NONE,
    attempt: (attempt) => (delivery, endpoint) => {
      const id = `${delivery.event.id.slice(0, -2)}${String(delivery.made).padStart(2, "0")}`;
      return attempt({ ...delivery, event: { ...delivery.event, id } }, endpoint);
    },
  },
  /** A batch of the stream that failed is taken for dealt with, and the good ones in it are never told. */
  "a failed batch let go": { ...NONE, notify: (tell) => (writes) => tell(writes).catch(() => undefined) },
  /** What was tried in vain twelve times is tried again. */
  "tries without end": replacing(
    (replace) => (seen, next) =>
      replace(
        seen,
        next.failedBecause === "attempts_exhausted"
          ? { ...next, status: "pending", failedBecause: null, dueAt: next.updatedAt + DAY_MS }
          : next,
      ),
  ),
  /** A receiver that wants nothing any more is told all the same. */
  "410 taken for any refusal": {
    ...NONE,
    post: (post) => async (request) => {
      const answer = await post(request);
      return answer.result === "gone" ? { ...answer, result: "refused" } : answer;
    },
  },
  /** After a rotation only the secret before it signs. */
  "the old secret alone": {
    ...NONE,
    keyVault: (vault) => ({ ...vault, open: async (endpoint, now) => (await vault.open(endpoint, now)).slice(-1) }),
  },
  /** After a rotation only the new secret signs. */
  "the new secret alone": {
    ...NONE,
    keyVault: (vault) => ({ ...vault, open: async (endpoint, now) => (await vault.open(endpoint, now)).slice(0, 1) }),
  },
  /** Endpoints are looked up for everybody at once. */
  "another storefront's endpoints told": {
    ...NONE,
    known: (known) => ({
      ...known,
      of: async () => (await Promise.all(STOREFRONTS.map((storefront) => known.of(storefront)))).flat(),
    }),
  },
  /** Whoever asks for a delivery again has what was tried before forgotten. */
  "a redelivery that forgets": replacing(
    (replace) => (seen, next) =>
      replace(
        seen,
        next.made > 0 && next.madeBefore === next.made ? { ...next, made: 0, madeBefore: 0, attempts: [] } : next,
      ),
  ),
  /** What is told was read before the write. */
  "a state that never was": {
    ...NONE,
    notify: (tell) => (writes) =>
      tell(
        writes.map((write) => {
          const { before, after } = write;
          if (!before || !after) return write;
          const { [AT.receipt]: _receipt, [AT.failure]: _failure, ...rest } = after;
          return { ...write, after: rest };
        }),
      ),
  },
  /** A write whose answer was lost is taken for done, although it may never have arrived. */
  "a lost answer taken for success": {
    ...NONE,
    send: (send) => (command) =>
      send(command).catch((fault: unknown) => {
        if (command instanceof PutItemCommand && fault instanceof Error && fault.name === "TimeoutError") return {};
        throw fault;
      }),
  },
  /** A file's name says when it was written, not what is in it. */
  "the archive written twice": {
    ...NONE,
    archive: (archive, now) => ({
      ...archive,
      write: (key, body, type) => archive.write(key.replace(".ndjson", `-${now()}.ndjson`), body, type),
    }),
  },
  /** Nobody looks whether an endpoint was disabled. */
  "a disabled endpoint called": {
    ...NONE,
    known: (known) => ({
      ...known,
      find: async (storefront, id) => {
        const found = await known.find(storefront, id);
        return found && { ...found, disabled: null };
      },
    }),
  },
  /** Once a delivery was tried in vain, nobody looks after it. */
  "nobody looks again": replacing(
    (replace) => (seen, next) => replace(seen, next.status === "pending" ? { ...next, dueAt: null } : next),
  ),
  /** Who dies between a 410 and what follows from it leaves it at that. */
  "a dead run left as it was": { ...NONE, finish: () => () => Promise.resolve() },
  /** Nobody reads `Retry-After`. */
  "nobody left alone": {
    ...NONE,
    attempt: (attempt) => async (delivery, endpoint) => ({
      ...(await attempt(delivery, endpoint)),
      retryAfterMs: null,
    }),
  },
  /** Nobody counts for how long an endpoint has failed. */
  "failing for good": {
    ...NONE,
    turns: (turns) => ({
      ...turns,
      giveBack: async (endpoint, turn, health) => {
        await turns.giveBack(endpoint, turn, health);
        return { failingSince: null };
      },
    }),
  },
  /** Everybody may call an endpoint at once. */
  "no turns": {
    ...NONE,
    turns: (turns) => ({
      ...turns,
      take: async (endpoint, turn) => {
        const answer = await turns.take(endpoint, turn);
        return answer.taken ? answer : { taken: true, turn: { slot: 0, holder: turn.holder }, hanging: false };
      },
    }),
  },
} as const satisfies Readonly<Record<string, Planted>>;

export type PlantedName = keyof typeof PLANTED;
