/**
 * Whose turn it is to freeze rows for a storefront: one item, because comparing rows with what was paid lately,
 * remembering them and opening their batch are many writes that must look like one. What must stay true: of any number of
 * contenders one holds the lease, and a holder that dies gives it up by dying.
 */
import { number, text } from "./attributes.ts";
import type { CoordinationDeps } from "./coordination.ts";
import { put } from "./transact.ts";

export interface FreezeLease {
  /** Takes it for `forMs`, if nobody holds it: one conditional write. `holder` is new for each turn. */
  take(storefront: string, turn: { readonly holder: string; readonly forMs: number }): Promise<boolean>;
  /** Lets others have it `afterMs` from now, if `holder` holds it still. */
  giveUp(storefront: string, turn: { readonly holder: string; readonly afterMs: number }): Promise<void>;
}

/** Items go this long after their lease has ended. */
const FORGET_AFTER_S = 86_400;

export const createFreezeLease = (deps: CoordinationDeps): FreezeLease => {
  const item = (storefront: string, holder: string, until: number) => ({
    pk: text(`freezing#${storefront}`),
    h: text(holder),
    lu: number(until),
    ttl: number(Math.ceil(until / 1_000) + FORGET_AFTER_S),
  });
  return {
    take: async (storefront, { holder, forMs }) => {
      const now = deps.clock.now();
      // A write whose answer was lost is sent again, and finds the lease its own.
      const { written } = await put(deps, {
        TableName: deps.table,
        Item: item(storefront, holder, now + forMs),
        ConditionExpression: "attribute_not_exists(pk) OR lu <= :now OR h = :holder",
        ExpressionAttributeValues: { ":now": number(now), ":holder": text(holder) },
      });
      return written;
    },
    giveUp: async (storefront, { holder, afterMs }) => {
      await put(deps, {
        TableName: deps.table,
        Item: item(storefront, holder, deps.clock.now() + afterMs),
        ConditionExpression: "h = :holder",
        ExpressionAttributeValues: { ":holder": text(holder) },
      });
    },
  };
};
