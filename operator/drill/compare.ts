/**
 * Lays a restored table beside its export and beside the table it came from. What must stay true: every item of the export
 * is in the restored table, byte for byte, and nothing else is; and every history that the audit would show is the same,
 * hash for hash, or the original has gone on since and begins with it.
 */
import { BatchGetItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { canonicalJson } from "../../functions/domain/canonical-json.ts";
import { readProofs } from "../../functions/store/ledger-proof.ts";
import type { LedgerProof, LedgerReader } from "../../functions/store/ledger-proof.ts";
import { AT } from "../../functions/store/transaction-item.ts";
import { exportedItems, itemDigest, readManifest } from "./exported.ts";
import type { Item } from "./exported.ts";

export interface Compared {
  readonly items: number;
  /** Histories that are the same on both sides. */
  readonly same: number;
  /** Histories that the original has added to since the export. */
  readonly goneOn: number;
  /** What is wrong, a sentence each. */
  readonly findings: readonly string[];
}

export interface CompareOptions {
  readonly reader: Omit<LedgerReader, "table" | "dynamo"> & { readonly dynamo: DynamoDBClient };
  /** The export. */
  readonly directory: string;
  readonly original: string;
  readonly restored: string;
}

const READ_AT_ONCE = 100;

/** The same key, written the same. */
const keyOf = (item: Item, names: readonly string[]): string =>
  canonicalJson(Object.fromEntries(names.map((name) => [name, item[name]])));

const countItems = async (dynamo: DynamoDBClient, table: string): Promise<number> => {
  let count = 0;
  let start: Item | undefined;
  do {
    const page = await dynamo.send(
      new ScanCommand({
        TableName: table,
        ConsistentRead: true,
        Select: "COUNT",
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    count += page.Count ?? 0;
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return count;
};

/** The restored items of up to a hundred keys, by key. */
const readItems = async (
  { reader, restored }: CompareOptions,
  items: readonly Item[],
  names: readonly string[],
): Promise<ReadonlyMap<string, Item>> => {
  const found = new Map<string, Item>();
  let keys: Item[] = items.map((item) =>
    Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name))),
  );
  while (keys.length > 0) {
    const { Responses = {}, UnprocessedKeys = {} } = await reader.dynamo.send(
      new BatchGetItemCommand({ RequestItems: { [restored]: { Keys: keys, ConsistentRead: true } } }),
    );
    for (const item of Responses[restored] ?? []) found.set(keyOf(item, names), item);
    keys = UnprocessedKeys[restored]?.Keys ?? [];
  }
  return found;
};

/** Whether what the audit shows of the restored one is how the original's begins. */
const beginsWith = (original: LedgerProof, restored: LedgerProof): boolean =>
  restored.chains.every((chain, at) => chain === original.chains[at]) &&
  restored.sealed.every((digest, at) => digest === original.sealed[at]);

type Verdict = "same" | "gone_on" | { readonly finding: string };

const judge = (original: LedgerProof | undefined, restored: LedgerProof | undefined, id: string): Verdict => {
  if (restored === undefined) return { finding: `${id} is not in the restored table` };
  if (original === undefined) return { finding: `${id} is not in the original any more` };
  if (restored.broken !== original.broken)
    return { finding: `${id}: ${restored.broken ?? "only the original is broken"}` };
  if (!beginsWith(original, restored)) return { finding: `${id}: its history is another than the original's` };
  if (original.chains.length > restored.chains.length) return "gone_on";
  return original.money === restored.money
    ? "same"
    : { finding: `${id}: its history is the same, and its money is not` };
};

/** What the audit would show of these ids, here and there. */
const compareHistories = async (options: CompareOptions, ids: readonly string[]): Promise<readonly Verdict[]> => {
  const [originals, restored] = await Promise.all(
    [options.original, options.restored].map(async (table) => {
      const proofs = await readProofs({ ...options.reader, table }, ids);
      return new Map(proofs.map((proof) => [proof.id, proof]));
    }),
  );
  return ids.map((id) => judge(originals?.get(id), restored?.get(id), id));
};

const compareItems = async (options: CompareOptions, items: readonly Item[], names: readonly string[]) => {
  const found = await readItems(options, items, names);
  return items
    .filter((item) => {
      const restored = found.get(keyOf(item, names));
      return restored === undefined || itemDigest(restored) !== itemDigest(item);
    })
    .map((item) => `${keyOf(item, names)} is not in the restored table as it was exported`);
};

export const compare = async (options: CompareOptions): Promise<Compared> => {
  const { shape, items: expected } = readManifest(options.directory);
  const names = shape.KeySchema.map(({ AttributeName }) => AttributeName);
  const findings: string[] = [];
  const counts = { same: 0, goneOn: 0 };
  for (const file of exportedItems(options.directory)) {
    for (let first = 0; first < file.length; first += READ_AT_ONCE) {
      const items = file.slice(first, first + READ_AT_ONCE);
      findings.push(...(await compareItems(options, items, names)));
      const ids = items.flatMap((item) => (AT.history in item ? (item[AT.id]?.S ?? []) : []));
      for (const verdict of await compareHistories(options, ids)) {
        if (verdict === "same") counts.same += 1;
        else if (verdict === "gone_on") counts.goneOn += 1;
        else findings.push(verdict.finding);
      }
    }
  }
  const items = await countItems(options.reader.dynamo, options.restored);
  if (items !== expected) findings.push(`The restored table has ${items} items, and ${expected} were exported`);
  return { items, ...counts, findings };
};
