/**
 * Whose turn it is to call an endpoint, and how it has been doing: one item, so that one write tells both. What must stay
 * true: no more than `TURNS` call at a time, and one alone while the endpoint lets callers wait in vain; a turn that was
 * never given back ends by itself.
 */
import { flag, maybeNumber, number, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { keys } from "./keys.ts";
import { update } from "./transact.ts";
import type { WebhookDeps } from "./webhook-deps.ts";
import type { Health, Turn, TurnAnswer, WebhookTurns } from "./webhook-ledger.ts";

/** Callers of one endpoint at a time. */
const TURNS = 3;
/** How long an endpoint's health is remembered: longer than it may fail before it is disabled. */
const REMEMBERED_MS = 30 * 86_400_000;

const slots = Array.from({ length: TURNS }, (_, slot) => slot);
const isHanging = (item: Item | null): boolean => item?.["hg"] !== undefined;
const isFree = (item: Item | null, slot: number, now: number): boolean =>
  item === null || (maybeNumber(item, `s${slot}`) ?? 0) <= now;

type Taken = { readonly won: true; readonly hanging: boolean } | { readonly won: false; readonly found: Item | null };

const createTakeSlot =
  (deps: WebhookDeps) =>
  async (endpoint: string, slot: number, { holder, until }: { holder: string; until: number }): Promise<Taken> => {
    const now = deps.clock.now();
    const isFirst = slot === 0;
    const result = await update(deps, {
      TableName: deps.table,
      Key: { pk: text(keys.webhookTurn(endpoint)) },
      UpdateExpression: `SET s${slot} = :until, h${slot} = :holder, #ttl = :ttl`,
      ConditionExpression:
        `(attribute_not_exists(s${slot}) OR s${slot} <= :now)` + (isFirst ? "" : " AND attribute_not_exists(hg)"),
      ExpressionAttributeNames: { "#ttl": "ttl" },
      ExpressionAttributeValues: {
        ":until": number(until),
        ":holder": text(holder),
        ":now": number(now),
        ":ttl": number(Math.ceil((now + REMEMBERED_MS) / 1_000)),
      },
    });
    return result.written ? { won: true, hanging: isHanging(result.item) } : { won: false, found: result.found };
  };

const createTake = (deps: WebhookDeps): WebhookTurns["take"] => {
  const takeSlot = createTakeSlot(deps);
  return async (endpoint, { holder, until }): Promise<TurnAnswer> => {
    let slot: number | undefined = 0;
    for (let tries = 0; slot !== undefined && tries < TURNS; tries += 1) {
      const taken: Taken = await takeSlot(endpoint, slot, { holder, until });
      if (taken.won) return { taken: true, turn: { slot, holder }, hanging: taken.hanging };
      const { found } = taken;
      if (isHanging(found)) return { taken: false, hanging: true };
      const now = deps.clock.now();
      slot = slots.find((candidate) => isFree(found, candidate, now));
    }
    return { taken: false, hanging: false };
  };
};

/** What a turn's end writes about the endpoint: since when nothing gets through, and whether it lets callers wait in vain. */
const healthWrite = ({ succeeded, failed, hung }: Health) => ({
  set: [...(hung ? ["hg = :yes"] : []), ...(failed && !succeeded ? ["fs = if_not_exists(fs, :now)"] : [])],
  remove: [...(!hung && (succeeded || failed) ? ["hg"] : []), ...(succeeded ? ["fs"] : [])],
});

const createGiveBack =
  (deps: WebhookDeps): WebhookTurns["giveBack"] =>
  async (endpoint, { slot, holder }: Turn, health) => {
    const { set, remove } = healthWrite(health);
    const result = await update(deps, {
      TableName: deps.table,
      Key: { pk: text(keys.webhookTurn(endpoint)) },
      UpdateExpression: [
        ...(set.length === 0 ? [] : [`SET ${set.join(", ")}`]),
        `REMOVE ${[`s${slot}`, `h${slot}`, ...remove].join(", ")}`,
      ].join(" "),
      ConditionExpression: `h${slot} = :holder`,
      ExpressionAttributeValues: {
        ":holder": text(holder),
        ...(health.hung ? { ":yes": flag(true) } : {}),
        ...(health.failed && !health.succeeded ? { ":now": number(deps.clock.now()) } : {}),
      },
    });
    return { failingSince: result.written ? maybeNumber(result.item, "fs") : null };
  };

export const createWebhookTurns = (deps: WebhookDeps): WebhookTurns => ({
  take: createTake(deps),
  giveBack: createGiveBack(deps),
  forget: async (endpoint) => {
    await update(deps, {
      TableName: deps.table,
      Key: { pk: text(keys.webhookTurn(endpoint)) },
      UpdateExpression: "REMOVE hg, fs",
      ConditionExpression: "attribute_exists(pk)",
    });
  },
});
