/**
 * What each listed use of a table takes: actions, and the kinds of items that they are for. What a role is not listed with
 * it can't touch, even in a table that it uses for something else.
 */
import type { TableKey } from "../../functions/store/table.ts";
import type { CoordinationUse, FunctionUses, TransactionsUse } from "../function-spec.ts";
import type { TableAction, TableGrant } from "./grants.ts";

export const TRANSACTIONS_ACTION = {
  get: "dynamodb:GetItem",
  gather: "dynamodb:BatchGetItem",
  put: "dynamodb:PutItem",
  update: "dynamodb:UpdateItem",
} as const satisfies Record<TransactionsUse, TableAction>;

/** What knows keys by their hashes and what may write them are two functions: who lets requests in writes nothing. */
export const DIRECTORY_USE: Readonly<Record<NonNullable<FunctionUses["directory"]>, readonly TableGrant[]>> = {
  keys: [{ actions: ["dynamodb:GetItem"], keys: ["key#*"] }],
  names: [{ actions: ["dynamodb:GetItem"], keys: ["storefront#*"] }],
  list: [{ actions: ["dynamodb:BatchGetItem"], keys: ["storefront#*"], indexes: ["by_storefront"] }],
  spread: [
    { actions: ["dynamodb:BatchGetItem"], keys: ["storefront#*", "key#*", "id#*"], indexes: ["by_storefront"] },
    { actions: ["dynamodb:UpdateItem"], keys: ["id#*"] },
    { actions: ["dynamodb:PutItem", "dynamodb:DeleteItem"], keys: ["key#*"] },
  ],
};

export const COORDINATION_USE: Readonly<Record<CoordinationUse, TableGrant>> = {
  share: { actions: ["dynamodb:GetItem", "dynamodb:UpdateItem"], keys: ["token#*", "slots#*"] },
  prompts: { actions: ["dynamodb:UpdateItem"], keys: ["prompts#*"] },
  pulls: { actions: ["dynamodb:GetItem", "dynamodb:UpdateItem"], keys: ["pull#*"] },
  sockets: { actions: ["dynamodb:GetItem", "dynamodb:UpdateItem"], keys: ["socket#*", "sockets#*"] },
  watchers: { actions: ["dynamodb:GetItem", "dynamodb:UpdateItem"], keys: ["sockets#*"] },
  read: { actions: ["dynamodb:GetItem"], keys: ["balance#*"] },
  balances: { actions: ["dynamodb:PutItem"], keys: ["balance#*"] },
  remember: { actions: ["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"], keys: ["paid#*"] },
  freeze: { actions: ["dynamodb:PutItem"], keys: ["freezing#*"] },
};

/** What is looked for to see that a table answers (functions/store/reach.ts): nothing in any table is called so. */
export const REACH_USE: TableGrant = { actions: ["dynamodb:GetItem"], keys: ["health#*"] };
/** All tables that there are. */
export const REACHED = [
  "transactions",
  "idempotency",
  "directory",
  "coordination",
  "webhooks",
] as const satisfies readonly TableKey[];
/** The shared token, of which only the end is asked for. */
export const TOKEN_USE: TableGrant = { actions: ["dynamodb:GetItem"], keys: ["token#*"] };

/** Powertools names what it keeps after the prefix that functions/runtime/idempotency.ts gives it. */
export const IDEMPOTENCY_USE: TableGrant = {
  actions: ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
  keys: ["api#*"],
};

/** Who tells of an event adds to the table, who delivers and who manages also changes what is there. */
export const WEBHOOKS_USE: Readonly<Record<NonNullable<FunctionUses["webhooks"]>, TableGrant>> = {
  announce: { actions: ["dynamodb:GetItem", "dynamodb:PutItem"], keys: ["endpoints#*", "dlv_*"] },
  deliver: {
    actions: ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
    keys: ["endpoints#*", "dlv_*", "turn#*"],
    indexes: ["due"],
  },
  manage: {
    actions: ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
    keys: ["endpoints#*", "dlv_*", "turn#*"],
    indexes: ["by_endpoint"],
  },
};
