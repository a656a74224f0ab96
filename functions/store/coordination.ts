/**
 * What processes agree on through one item each: who may fetch the shared token, and whose turn it is to call Daraja.
 * What must stay true: every method is one conditional write (or one read); of any number of contenders one wins.
 */
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import type { LanePace, SlotItems } from "../daraja/pacing.ts";
import type { HeldToken, SharedToken } from "../daraja/token.ts";
import type { Clock } from "../domain/clock.ts";
import { persist } from "./attempts.ts";
import type { Patience } from "./attempts.ts";
import { CorruptItem, maybeNumber, maybeText, number, readNumber, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import type { Dynamo } from "./client.ts";
import { update } from "./transact.ts";

export interface CoordinationDeps extends Patience {
  readonly dynamo: Dynamo;
  /** Physical name of the coordination table. */
  readonly table: string;
  readonly clock: Clock;
}

/** Items go this long after their last write. A token's generations and a lane's pace outlive any request by far. */
const FORGET_AFTER_MS = 7 * 86_400_000;

const forgetAt = (now: number) => number(Math.ceil((now + FORGET_AFTER_MS) / 1000));

const readHeld = (item: Item): HeldToken | null => {
  const token = maybeText(item, "tk");
  return token === null ? null : { token, expiresAt: readNumber(item, "ex"), generation: readNumber(item, "g") };
};

/** The token that all processes of one Daraja application (`name`: environment and shortcode) share. */
export const createSharedToken = (deps: CoordinationDeps, name: string): SharedToken => {
  const Key = { pk: text(`token#${name}`) };
  const write = (input: Omit<UpdateItemCommandInput, "TableName" | "Key">) =>
    update(deps, { TableName: deps.table, Key, ...input });

  return {
    read: async () => {
      const request = new GetItemCommand({ TableName: deps.table, Key, ConsistentRead: true });
      const { Item: item } = await persist(deps, () => deps.dynamo.send(request));
      return item ? readHeld(item) : null;
    },

    lease: async ({ seen, holder, leaseMs }) => {
      const now = deps.clock.now();
      const result = await write({
        UpdateExpression: "SET lu = :until, h = :holder, #ttl = :ttl ADD f :one",
        ConditionExpression: "(attribute_not_exists(g) OR g <= :seen) AND (attribute_not_exists(lu) OR lu <= :now)",
        ExpressionAttributeNames: { "#ttl": "ttl" },
        ExpressionAttributeValues: {
          ":until": number(now + leaseMs),
          ":holder": text(holder),
          ":ttl": forgetAt(now),
          ":one": number(1),
          ":seen": number(seen),
          ":now": number(now),
        },
      });
      if (result.written) return { won: true, fence: readNumber(result.item, "f") };
      const item = result.found ?? {};
      const until = maybeNumber(item, "lu") ?? 0;
      return { won: false, held: readHeld(item), until: until > now ? until : 0 };
    },

    store: async (next, fence) => {
      const result = await write({
        UpdateExpression: "SET tk = :token, ex = :expires, g = :generation, #ttl = :ttl REMOVE lu, h",
        ConditionExpression: "f = :fence",
        ExpressionAttributeNames: { "#ttl": "ttl" },
        ExpressionAttributeValues: {
          ":token": text(next.token),
          ":expires": number(next.expiresAt),
          ":generation": number(next.generation),
          ":ttl": forgetAt(deps.clock.now()),
          ":fence": number(fence),
        },
      });
      return result.written;
    },

    release: async (fence) => {
      await write({
        UpdateExpression: "REMOVE lu, h",
        ConditionExpression: "f = :fence",
        ExpressionAttributeValues: { ":fence": number(fence) },
      });
    },
  };
};

const readPace = (item: Item | null): LanePace | null => {
  if (!item) return null;
  const factor = Number(item["r"]?.N);
  if (!(factor > 0 && factor <= 1)) throw new CorruptItem("r");
  const jitterMs = maybeNumber(item, "j");
  const pace = { tat: readNumber(item, "tat"), factor, slowedAt: readNumber(item, "sa") };
  return jitterMs === null ? pace : { ...pace, jitterMs };
};

/** The pace of each lane of one shortcode. */
export const createSlotItems = (deps: CoordinationDeps, shortcode: string): SlotItems => {
  const keyOf = (lane: string) => ({ pk: text(`slots#${shortcode}#${lane}`) });
  const ttl = { "#ttl": "ttl" };

  return {
    advance: async (lane, { byMs, slowedAt, jitterMs, from, to }) => {
      const sameMargin = jitterMs === undefined ? "attribute_not_exists(j)" : "j = :jitter";
      const result = await update(deps, {
        TableName: deps.table,
        Key: keyOf(lane),
        UpdateExpression: "SET tat = tat + :by, #ttl = :ttl",
        ConditionExpression: `sa = :slowed AND tat BETWEEN :from AND :to AND ${sameMargin}`,
        ExpressionAttributeNames: ttl,
        ExpressionAttributeValues: {
          ":by": number(byMs),
          ":ttl": forgetAt(deps.clock.now()),
          ":slowed": number(slowedAt),
          ":from": number(from),
          ":to": number(to),
          ...(jitterMs === undefined ? {} : { ":jitter": number(jitterMs) }),
        },
      });
      return result.written
        ? { taken: true, pace: readPace(result.item) }
        : { taken: false, pace: readPace(result.found) };
    },

    swap: async (lane, { expected, next }) => {
      const margin = next.jitterMs === undefined ? " REMOVE j" : ", j = :jitter";
      const result = await update(deps, {
        TableName: deps.table,
        Key: keyOf(lane),
        UpdateExpression: `SET tat = :tat, r = :factor, sa = :slowed, #ttl = :ttl${margin}`,
        ConditionExpression: expected ? "tat = :seenTat AND sa = :seenSlowed" : "attribute_not_exists(pk)",
        ExpressionAttributeNames: ttl,
        ExpressionAttributeValues: {
          ":tat": number(next.tat),
          ":factor": { N: String(next.factor) },
          ":slowed": number(next.slowedAt),
          ":ttl": forgetAt(deps.clock.now()),
          ...(next.jitterMs === undefined ? {} : { ":jitter": number(next.jitterMs) }),
          ...(expected ? { ":seenTat": number(expected.tat), ":seenSlowed": number(expected.slowedAt) } : {}),
        },
      });
      return result.written
        ? { swapped: true, pace: readPace(result.item) }
        : { swapped: false, pace: readPace(result.found) };
    },
  };
};
