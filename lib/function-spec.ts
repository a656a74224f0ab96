/**
 * What there is to say about a Lambda function before it is built: its size, who runs it, and exactly what it may touch.
 * What is not listed a function can neither reach (no grant) nor name (no variable).
 */
import type { TABLES } from "../functions/store/table.ts";
import type { SecretKey } from "./data-stack.ts";

type IndexOf<T extends keyof typeof TABLES> = (typeof TABLES)[T]["indexes"][number]["name"];

/** The queues, by what their messages name. */
export const QUEUES = ["payouts", "batches", "days", "webhooks"] as const;
export type QueueKey = (typeof QUEUES)[number];

/** Where files lie: what storefronts upload, and what became of it. */
export const FILE_PREFIXES = ["uploads", "batches", "reconciliations", "uploads/statements", "statements"] as const;
export type FilePrefix = (typeof FILE_PREFIXES)[number];

/** The secrets that rotate by schedule. */
export const ROTATED = ["signing", "pepper"] as const satisfies readonly SecretKey[];
export type RotatedSecret = (typeof ROTATED)[number];

export type TransactionsUse = "get" | "gather" | "put" | "update";

export type CoordinationUse =
  | "share"
  | "prompts"
  | "pulls"
  | "sockets"
  | "watchers"
  | "read"
  | "balances"
  | "remember"
  | "freeze";

export interface FunctionUses {
  readonly transactions?: {
    /** `get`: one item. `gather`: several at once. `put`: makes one. `update`: changes one. None of them deletes. */
    readonly access: readonly TransactionsUse[];
    readonly indexes: readonly IndexOf<"transactions">[];
  };
  readonly idempotency?: "cache";
  /**
   * `keys`: whose a key is. `names`: what a storefront is called. `list`: all storefronts. `spread`: has every key lie under
   * the next pepper too.
   */
  readonly directory?: "keys" | "names" | "list" | "spread";
  /**
   * `share`: what those who call Daraja agree on, its token and their slots. `prompts`: who was prompted lately. `pulls`:
   * how far was pulled. `sockets`: who watches what. `watchers`: who watches something. `read`: the last balances.
   * `balances`: keeps them. `remember`: who was paid how much in the last days. `freeze`: whose turn it is to freeze rows.
   */
  readonly coordination?: readonly CoordinationUse[];
  /** `announce`: puts events on their way. `deliver`: sends them. `manage`: what endpoints' owners do. */
  readonly webhooks?: "announce" | "deliver" | "manage";
  readonly secrets: readonly Exclude<SecretKey, "daraja">[];
  /** Those that it makes new versions of. */
  readonly rotates?: readonly RotatedSecret[];
  /**
   * `credentials`: reads whose they are and calls nothing. `watch`: the same, and in which environment. `ask`: queries that are answered at once. `push`: also sends
   * prompts. `pay`: what the initiator does, payouts and questions alike. The last two need the address that Daraja calls
   * back.
   */
  readonly daraja?: "credentials" | "watch" | "ask" | "push" | "pay";
  /** Who signs an address to upload or download at needs what the address allows. */
  readonly files?: { readonly read: readonly FilePrefix[]; readonly write: readonly FilePrefix[] };
  /** `append`: writes what the ledger took in. `root`: reads all of that, and writes the days' roots. */
  readonly archive?: "append" | "root";
  /** Says something on payers' open sockets. */
  readonly sockets?: "push";
  /** `consume`: the queue runs it. */
  readonly queues?: { readonly [Key in QueueKey]?: readonly ("send" | "consume")[] };
  /** Sees whether every table and queue answers, and when the shared token ends; reads nothing that is kept in them. */
  readonly reach?: "everything";
  /** Settings of the stage that it reads. */
  readonly settings: readonly (
    | "promptLimits"
    | "safaricomAddresses"
    | "sweepIntervalSeconds"
    | "allowedOrigins"
    | "payoutPolicy"
    | "balanceIntervalSeconds"
    | "c2bValidation"
    | "checkoutBaseUrl"
    | "webhookLoopback"
  )[];
}

/**
 * `gateway`: API Gateway, which waits for the answer. `queue`: a queue of ours. `stream`: the ledger's stream. `event`: a
 * schedule or a notice, which does not wait. `rotation`: Secrets Manager, which waits.
 */
export type InvokedBy = "gateway" | "queue" | "stream" | "event" | "rotation";

export interface FunctionSpec {
  /** Below `functions/`. */
  readonly entry: string;
  /** One line for the console. */
  readonly purpose: string;
  readonly invokedBy: InvokedBy;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Who is hurt, and how, when it fails; the sentence of its alarms. */
  readonly impact: string;
  /** Errors in five minutes that are still everyday business; more ring. 0 for all but the authoriser. */
  readonly everydayErrors: number;
  readonly uses: FunctionUses;
}

/** API Gateway gives up after 29 s: a function that answers it must have answered, or stopped, before. */
export const GATEWAY_TIMEOUT_SECONDS = 29;
