/**
 * The endpoints of every storefront at every moment, read from their items as they were written. What must stay true: who
 * asks how an endpoint stood in a while is told of all that it was in it.
 */
import type { Item } from "../../../functions/store/attributes.ts";
import type { Change } from "../dynamo/table.ts";

export interface Generation {
  readonly hmac: Buffer;
  readonly seed: Buffer;
  readonly madeAt: number;
  /** Until when it signs; Infinity for the one in force. */
  readonly until: number;
}

/** An endpoint as it was from some moment on. */
export interface Stood {
  readonly since: number;
  readonly url: string;
  readonly events: readonly string[];
  /** When its owner or a sender touched it last. */
  readonly touchedAt: number;
  readonly disabled: { readonly because: string; readonly at: number } | null;
  /** The newest first. */
  readonly generations: readonly Generation[];
}

interface Seen {
  readonly storefront: string;
  /** Null: there was no such endpoint any more. */
  readonly states: (Stood | (Pick<Stood, "since"> & { readonly url: null }))[];
}

const HMAC_BYTES = 32;
const PREFIX = "endpoints#";

/** `vault` seals nothing, so what it opens is there at once. */
const materialOf = (sealed: Uint8Array): Buffer => {
  const bytes = Buffer.from(sealed);
  return bytes.subarray(2 + bytes.readUInt16BE());
};

const generationOf = (item: Item | undefined): Generation | null => {
  const sealed = item?.["z"]?.B;
  if (!item || sealed === undefined) return null;
  const material = materialOf(sealed);
  return {
    hmac: material.subarray(0, HMAC_BYTES),
    seed: material.subarray(HMAC_BYTES),
    madeAt: Number(item["at"]?.N),
    until: Number(item["until"]?.N ?? Infinity),
  };
};

const stoodOf = (item: Item, since: number): Stood => ({
  since,
  url: item["url"]?.S ?? "",
  events: item["events"]?.L?.map(({ S = "" }) => S) ?? [],
  touchedAt: Number(item["updated"]?.N),
  disabled: item["disabled"]?.M
    ? { because: item["disabled"].M["because"]?.S ?? "", at: Number(item["disabled"].M["at"]?.N) }
    : null,
  generations: [item["secrets"]?.M, item["previous"]?.M].flatMap((part) => generationOf(part) ?? []),
});

/** Whether it wanted to hear of this. */
export const wants = (stood: Seen["states"][number], type: string): boolean =>
  stood.url !== null && stood.disabled === null && (stood.events.includes("*") || stood.events.includes(type));

export interface EndpointsSeenParts {
  readonly now: () => number;
  /** Secrets that no log line may tell. */
  readonly secrets: string[];
  readonly note: (what: string) => void;
}

export const createEndpointsSeen = ({ now, secrets, note }: EndpointsSeenParts) => {
  const seen = new Map<string, Seen>();

  const changed = ({ key, after }: Change): void => {
    if (!key.startsWith(PREFIX)) return;
    const storefront = key.slice(PREFIX.length);
    const items = after?.["endpoints"]?.L?.map(({ M = {} }) => M) ?? [];
    const here = new Set(items.map((item) => item["id"]?.S));
    for (const item of items) {
      const id = item["id"]?.S ?? "";
      const stood = stoodOf(item, now());
      const known = seen.get(id) ?? { storefront, states: [] };
      const last = known.states.at(-1);
      if (stood.disabled !== null && last?.url && last.disabled === null)
        note(`${id} is disabled: ${stood.disabled.because}`);
      known.states.push(stood);
      seen.set(id, known);
      for (const { hmac } of stood.generations) {
        const secret = hmac.toString("base64");
        if (!secrets.includes(secret)) secrets.push(secret);
      }
    }
    for (const [id, known] of seen)
      if (known.storefront === storefront && !here.has(id) && known.states.at(-1)?.url !== null)
        known.states.push({ since: now(), url: null });
  };

  const within = (id: string, from: number, to: number): Seen["states"] => {
    const states = seen.get(id)?.states ?? [];
    return states.filter(({ since }, place) => since <= to && (states[place + 1]?.since ?? Infinity) > from);
  };

  return {
    changed,
    all: seen,
    within,
    /** Whether it was so all the while: there was no moment without it. */
    always: (id: string, [from, to]: readonly [number, number], holds: (stood: Seen["states"][number]) => boolean) => {
      const first = seen.get(id)?.states[0];
      return first !== undefined && first.since <= from && within(id, from, to).every(holds);
    },
    ofStorefront: (storefront: string): readonly string[] =>
      [...seen].filter(([, known]) => known.storefront === storefront).map(([id]) => id),
    /** The endpoint that this address was ever given to; every address is given once. */
    withUrl: (url: string): string | null =>
      [...seen].find(([, { states }]) => states.some((stood) => stood.url === url))?.[0] ?? null,
  };
};
export type EndpointsSeen = ReturnType<typeof createEndpointsSeen>;
