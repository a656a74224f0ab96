/**
 * The ledger's tables of one life, and the store's calls as choices. What must stay true: a call is made whole at one
 * instant, because DynamoDB makes it so; every write to a transaction is looked at; nothing depends on chance, so sealing
 * and hashing are plain here.
 */
import {
  BatchGetItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { createHash } from "node:crypto";
import type { Log } from "../../functions/runtime/logger.ts";
import type { Item } from "../../functions/store/attributes.ts";
import type { Dynamo } from "../../functions/store/client.ts";
import { STATE_CODES } from "../../functions/store/history-item.ts";
import type { LedgerDeps } from "../../functions/store/ledger-deps.ts";
import type { PhoneVault } from "../../functions/store/phone-vault.ts";
import { TABLES } from "../../functions/store/table.ts";
import { AT } from "../../functions/store/transaction-item.ts";
import { createEngine } from "../world/dynamo/engine.ts";
import type { Change } from "../world/dynamo/table.ts";
import { GIVEN_UP, spelled } from "./machine.ts";
import type { Call, Gate, Touches, Way } from "./machine.ts";

export const TABLE_NAMES = { transactions: "transactions", coordination: "coordination", idempotency: "idempotency" };

/** When every life begins. */
export const START = Date.UTC(2026, 10, 21, 9, 0, 0);

/** Where a transaction of this kind may go, by its present state. */
export type Moves = Readonly<Record<string, readonly string[]>>;

const hashed = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Marks what is sealed with its place. */
const seal = (plain: Uint8Array, context: string): Promise<Uint8Array> =>
  Promise.resolve(Buffer.concat([hashed(context), plain]));

/** Opens what was sealed for this place. */
const open = (sealed: Uint8Array, context: string): Promise<Uint8Array> =>
  hashed(context).equals(sealed.subarray(0, 32))
    ? Promise.resolve(sealed.subarray(32))
    : Promise.reject(new Error("sealed for another place"));

const vault: PhoneVault = {
  hash: (text) => Promise.resolve(hashed(text).subarray(0, 16).toString("base64url")),
  seal,
  open,
  sealText: (raw, id) => seal(Buffer.from(raw), id),
  openText: async (sealed, id) => Buffer.from(await open(sealed, id)).toString(),
};

export const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

const versionOf = (item: Item): number => Number(item[AT.version]?.N ?? Number.NaN);

/** What is wrong with one write to a transaction that may move so; null when nothing is. */
export const wrongWith = ({ key, before, after }: Change, moves: Moves): string | null => {
  if (!after) return `${key} was deleted`;
  if (!before) return null;
  if (versionOf(after) !== versionOf(before) + 1) return `${key} did not go on by one version`;
  const [from, to] = [STATE_CODES.read(before, AT.state), STATE_CODES.read(after, AT.state)];
  if (from !== to && moves[from]?.includes(to) !== true) return `${key} went from ${from} to ${to}`;
  const [was, is] = [before[AT.history]?.L?.length ?? 0, after[AT.history]?.L?.length ?? 0];
  return is < was ? `${key} lost an entry of its history` : null;
};

/** Looked at by queries, changed by every write to the table: indexes hold what the table holds. */
const INDEXES = "indexes of the transactions";

const placeOf = (TableName: string | undefined, of: Readonly<Record<string, AttributeValue>> | undefined): string =>
  `${TableName ?? ""} ${of?.["pk"]?.S ?? of?.["id"]?.S ?? ""}`;

/** The items that a transaction's parts are about. */
const transacted = ({ TransactItems = [] }: TransactWriteItemsCommand["input"]): readonly string[] =>
  TransactItems.map(({ Put, Update, ConditionCheck, Delete }) => {
    const keyed = Update ?? ConditionCheck ?? Delete;
    return Put ? placeOf(Put.TableName, Put.Item) : placeOf(keyed?.TableName, keyed?.Key);
  });

const written = (places: readonly string[]): Touches => {
  const shows = places.some((place) => place.startsWith(`${TABLE_NAMES.transactions} `));
  return { reads: [], writes: shows ? [...places, INDEXES] : places };
};

/** Throws for a command whose reach is not known here: better than to call it harmless. */
const touchesOf = (command: unknown): Touches => {
  if (command instanceof GetItemCommand)
    return { reads: [placeOf(command.input.TableName, command.input.Key)], writes: [] };
  if (command instanceof QueryCommand) return { reads: [INDEXES], writes: [] };
  if (command instanceof BatchGetItemCommand) {
    const asked = Object.entries(command.input.RequestItems ?? {});
    return { reads: asked.flatMap(([table, { Keys = [] }]) => Keys.map((key) => placeOf(table, key))), writes: [] };
  }
  if (command instanceof TransactWriteItemsCommand) return written(transacted(command.input));
  if (command instanceof UpdateItemCommand || command instanceof DeleteItemCommand)
    return written([placeOf(command.input.TableName, command.input.Key)]);
  if (command instanceof PutItemCommand) return written([placeOf(command.input.TableName, command.input.Item)]);
  throw new TypeError("nobody has said what this command touches");
};

const isRead = (command: unknown): boolean =>
  command instanceof GetItemCommand || command instanceof QueryCommand || command instanceof BatchGetItemCommand;

const nameOf = (command: unknown): string => {
  const kind = (command instanceof Object ? command.constructor.name : "").replace("Command", "");
  if (command instanceof TransactWriteItemsCommand) {
    const { Put, Update, ConditionCheck } = command.input.TransactItems?.[0] ?? {};
    return `${kind} ${(Put?.Item ?? Update?.Key ?? ConditionCheck?.Key)?.[AT.id]?.S ?? ""}`;
  }
  if (command instanceof UpdateItemCommand || command instanceof GetItemCommand)
    return `${kind} ${Object.values(command.input.Key ?? {})[0]?.S ?? ""}`;
  return kind;
};

const noAnswer = (): Error => Object.assign(new Error(GIVEN_UP), { name: "TimeoutError" });

/** What the SDK is given up on after its last attempt: carried out or not, nobody was told. */
const faultsOf = (command: unknown, execute: () => unknown): readonly Way[] => {
  const unheard = (): never => {
    execute();
    throw noAnswer();
  };
  const failed = (): never => {
    throw noAnswer();
  };
  const notDone = { name: "never got there", isFault: true, act: failed };
  return isRead(command) ? [notDone] : [{ name: "done, and nobody was told", isFault: true, act: unheard }, notDone];
};

export type Send = (command: unknown) => Promise<unknown>;

/** As the store wants to have it. */
export const asDynamo = (send: Send): Dynamo => ({ send });

export interface BooksParts {
  /** What the ids of the transactions that are looked at begin with. */
  readonly prefix: string;
  readonly moves: Moves;
}

export type Books = ReturnType<typeof createBooks>;

export const createBooks = ({ prefix, moves }: BooksParts) => {
  const wrong: string[] = [];
  const items = new Map<string, string>();

  const changed = (change: Change): void => {
    const place = `${change.table} ${change.key}`;
    if (change.after) items.set(place, spelled(change.after));
    else items.delete(place);
    const broken = change.key.startsWith(prefix) ? wrongWith(change, moves) : null;
    if (broken !== null) wrong.push(broken);
  };
  const engine = createEngine({
    schemas: {
      [TABLE_NAMES.transactions]: TABLES.transactions,
      [TABLE_NAMES.coordination]: TABLES.coordination,
      [TABLE_NAMES.idempotency]: TABLES.idempotency,
    },
    now: () => START,
    changed,
  });

  const callOf = (command: unknown): Call => {
    const execute = (): unknown => engine.execute(command);
    return {
      name: nameOf(command),
      touches: touchesOf(command),
      ways: [{ name: "done", isFault: false, act: execute }, ...faultsOf(command, execute)],
    };
  };

  return {
    /** The store's way to its tables, call by call. */
    send:
      (gate: Gate): Send =>
      (command) =>
        gate(callOf(command)),
    /** What a process of this name needs of the store. */
    ledgerDeps(process: string, surroundings: { readonly dynamo: Dynamo; readonly now: () => number }): LedgerDeps {
      let names = 0;
      return {
        dynamo: surroundings.dynamo,
        tables: TABLE_NAMES,
        vault,
        clock: { now: surroundings.now },
        newToken: () => `${hashed(process).toString("hex").slice(0, 20)}-${(names += 1)}`,
        wait: () => Promise.resolve(),
        random: () => 0.5,
      };
    },
    fingerprint: (): string =>
      [...items]
        .map(([place, item]) => `${place} ${item}`)
        .sort()
        .join("\n"),
    wrong,
    all: (): readonly Item[] => engine.all(TABLE_NAMES.transactions),
  };
};

/** Lets every call be made at once and without faults. */
export const unhindered: Gate = ({ ways }) => Promise.resolve().then(() => ways[0].act());
