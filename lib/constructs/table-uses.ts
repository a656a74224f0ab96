/**
 * What each listed use of a table takes: actions, and the kinds of items that they are for. What a role is not listed with
 * it can't touch, even in a table that it uses for something else.
 */
import type { CoordinationUse, FunctionUses, TransactionsUse } from "../function-spec.ts";
import type { TableAction, TableGrant } from "./grants.ts";

export const TRANSACTIONS_ACTION = {
  get: "dynamodb:GetItem",
  gather: "dynamodb:BatchGetItem",
  put: "dynamodb:PutItem",
  update: "dynamodb:UpdateItem",
} as const satisfies Record<TransactionsUse, TableAction>;

export const DIRECTORY_USE: Readonly<Record<NonNullable<FunctionUses["directory"]>, TableGrant>> = {
  keys: { actions: ["dynamodb:GetItem"], keys: ["key#*"] },
  names: { actions: ["dynamodb:GetItem"], keys: ["storefront#*"] },
  list: { actions: ["dynamodb:BatchGetItem"], keys: ["storefront#*"], indexes: ["by_storefront"] },
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
