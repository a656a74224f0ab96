/**
 * Who could be whom without a receipt: rows and lines of the same kind and amount, near in time, that phone and reference
 * speak for and not against. What must stay true: nothing that could be is left out, because one possibility that went
 * unseen would make another look certain; where comparing would take too long, all of them count as possible.
 */
import type { MatchTolerances } from "../domain/matching.ts";
import { LINE_KIND_OF } from "./in-hand.ts";
import type { Details, LedgerInHand, LineInHand } from "./in-hand.ts";
import { phoneKeys, phonesAgree } from "./phones-agree.ts";

/** Most comparisons among those that share kind, amount and a key. */
const MOST_PAIRS = 1_000_000;

/** Rows and lines that could be each other, directly or through others. */
export interface Group {
  readonly rows: LedgerInHand[];
  readonly lines: LineInHand[];
  /** Too many to compare: that any two of them fit is assumed. */
  readonly crowded: boolean;
}

interface Node {
  parent: Node | null;
  crowded: boolean;
}
type RowNode = Node & { readonly row: LedgerInHand; readonly details: Details };
type LineNode = Node & { readonly line: LineInHand; readonly details: Details };

const rootOf = (node: Node): Node => {
  let at = node;
  while (at.parent !== null) {
    at.parent = at.parent.parent ?? at.parent;
    at = at.parent;
  }
  return at;
};

const join = (a: Node, b: Node): void => {
  const [rootA, rootB] = [rootOf(a), rootOf(b)];
  if (rootA === rootB) return;
  rootB.parent = rootA;
  rootA.crowded ||= rootB.crowded;
};

/** How two references compare: as a person reads them. */
const readable = (reference: string | null): string | null => {
  const text = (reference ?? "").trim().replace(/\s+/g, " ").toUpperCase();
  return text === "" ? null : text;
};

type Fit = { readonly phone: "agrees" | "silent"; readonly reference: "same" | "silent" };

/** What phone and reference say for the two; null when either speaks against it, or neither for it. */
export const fitOf = (a: Details, b: Details): Fit | null => {
  const [refA, refB] = [readable(a.reference), readable(b.reference)];
  if (refA !== null && refB !== null && refA !== refB) return null;
  const reference = refA !== null && refA === refB ? "same" : "silent";
  const phone = phonesAgree(a.phone, b.phone);
  return phone === "contradicts" || (phone === "silent" && reference === "silent") ? null : { phone, reference };
};

/** Two that fit each other have one of these in common. */
const keysOf = ({ phone, reference }: Details): readonly string[] => {
  const readableReference = readable(reference);
  const keys = phoneKeys(phone).map((key) => `phone ${key}`);
  return readableReference === null ? keys : [...keys, `reference ${readableReference}`];
};

interface Bucket {
  /** By time. */
  readonly rows: RowNode[];
  readonly lines: LineNode[];
}

const bucketsOf = (rows: readonly RowNode[], lines: readonly LineNode[]): readonly Bucket[] => {
  const buckets = new Map<string, Bucket>();
  for (const node of rows) {
    const { kind, amount } = node.row.entry;
    for (const key of keysOf(node.details)) {
      const name = `${LINE_KIND_OF[kind]} ${amount} ${key}`;
      const bucket = buckets.get(name);
      if (bucket) bucket.rows.push(node);
      else buckets.set(name, { rows: [node], lines: [] });
    }
  }
  if (buckets.size === 0) return [];
  for (const node of lines) {
    const { kind, amount } = node.line.entry;
    for (const key of keysOf(node.details)) buckets.get(`${kind} ${amount} ${key}`)?.lines.push(node);
  }
  return [...buckets.values()].filter((bucket) => bucket.lines.length > 0);
};

interface Near {
  readonly line: LineNode;
  /** Those of the bucket's rows that are near enough in time. */
  readonly from: number;
  readonly until: number;
}

/** For each line, which of the rows are near: both by time, so one walk finds all. */
const nearRows = ({ rows, lines }: Bucket, tolerances: MatchTolerances): readonly Near[] => {
  const kind = rows[0]?.row.entry.kind ?? "payment";
  const { beforeMs, afterMs } = tolerances;
  const timeOf = (index: number): number => rows[index]?.row.entry.at ?? Number.POSITIVE_INFINITY;
  let [from, until] = [0, 0];
  return lines
    .toSorted((a, b) => a.line.entry.completedAt - b.line.entry.completedAt)
    .map((line) => {
      const { completedAt } = line.line.entry;
      while (timeOf(from) < completedAt - afterMs[kind]) from += 1;
      while (timeOf(until) <= completedAt + beforeMs) until += 1;
      return { line, from, until: Math.max(from, until) };
    });
};

/** Lines in runs that share no row: what is crowded at noon is not at midnight. */
const runsOf = (near: readonly Near[]): readonly (readonly Near[])[] => {
  const runs: Near[][] = [];
  let reached = 0;
  for (const one of near) {
    if (one.from === one.until) continue;
    const run = one.from < reached ? runs.at(-1) : undefined;
    if (run) run.push(one);
    else runs.push([one]);
    reached = one.until;
  }
  return runs;
};

/**
 * Joins all that are near without comparing them. Windows only move on, so the rows that a window shares with earlier ones
 * are joined already, and its first stands for them.
 */
const joinAll = (rows: readonly RowNode[], run: readonly Near[]): void => {
  let joined = 0;
  for (const { line, from, until } of run) {
    for (const row of rows.slice(from, from + 1)) join(line, row);
    for (const row of rows.slice(Math.max(from, joined), until)) join(line, row);
    joined = until;
    rootOf(line).crowded = true;
  }
};

const joinBucket = (bucket: Bucket, tolerances: MatchTolerances): void => {
  for (const run of runsOf(nearRows(bucket, tolerances))) {
    if (run.reduce((pairs, { from, until }) => pairs + until - from, 0) > MOST_PAIRS) joinAll(bucket.rows, run);
    else
      for (const { line, from, until } of run)
        for (const row of bucket.rows.slice(from, until))
          if (fitOf(row.details, line.details) !== null) join(row, line);
  }
};

/** Every row and line that could be another one, in groups that have nothing to do with each other. */
export const groupsOf = (
  { ledger, lines }: { readonly ledger: readonly LedgerInHand[]; readonly lines: readonly LineInHand[] },
  tolerances: MatchTolerances,
): readonly Group[] => {
  const rowNodes = ledger.flatMap((row): RowNode[] =>
    row.details === null || row.settled ? [] : [{ parent: null, crowded: false, row, details: row.details }],
  );
  const lineNodes = lines.flatMap((line): LineNode[] =>
    line.details === null || line.fate !== "none"
      ? []
      : [{ parent: null, crowded: false, line, details: line.details }],
  );
  for (const bucket of bucketsOf(rowNodes, lineNodes)) joinBucket(bucket, tolerances);
  const groups = new Map<Node, Group>();
  const groupOf = (node: Node): Group => {
    const root = rootOf(node);
    const group = groups.get(root) ?? { rows: [], lines: [], crowded: root.crowded };
    groups.set(root, group);
    return group;
  };
  for (const node of rowNodes) groupOf(node).rows.push(node.row);
  for (const node of lineNodes) groupOf(node).lines.push(node.line);
  return [...groups.values()].filter(({ rows, lines: found }) => rows.length > 0 && found.length > 0);
};
