/**
 * Lays archive, roots and ledger side by side and says where they disagree. What must stay true: everything that the
 * archive has is computed again from its bytes; one changed byte, in the archive or on the ledger, is a finding.
 */
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { ArchiveLine } from "../functions/domain/archive-line.ts";
import { dateOfEntries, DayRoot, isWhole, rootKey, rootOf, takeHead } from "../functions/domain/chain-root.ts";
import type { ArchivedFile, Head } from "../functions/domain/chain-root.ts";
import type { LedgerProof } from "../functions/store/ledger-proof.ts";
import { createHistories } from "./archived-histories.ts";
import type { ArchivedHistory, Erased, Histories } from "./archived-histories.ts";
import type { ArchiveReader } from "./archive-reader.ts";

export interface VerifyDeps {
  readonly archive: ArchiveReader;
  /** What the ledger has of at most 100 ids. */
  readonly proofs: (ids: readonly string[]) => Promise<readonly LedgerProof[]>;
  /** Told of each day that was read. */
  readonly onDay: (date: string) => void;
}

/** Nairobi days, both inclusive. Roots are demanded of days until `rootsUntil`; later ones are not over. */
export interface Span {
  readonly from: string | null;
  readonly to: string;
  readonly rootsUntil: string;
}

export interface Finding {
  /** A file, a day or a thing on the ledger. */
  readonly where: string;
  readonly what: string;
}

export interface Verified {
  readonly days: number;
  readonly files: number;
  readonly entries: number;
  readonly histories: number;
  /** What was erased, to lay beside the requests of the people whose it was. */
  readonly erasures: readonly (Erased & { readonly id: string })[];
  readonly findings: readonly Finding[];
}

const LONGEST_FILE_BYTES = 64 * 1024 * 1024;
const READ_AT_ONCE = 100;
/** More findings than a person reads; a count says how many there are. */
const MOST_FINDINGS = 10_000;

interface Work {
  readonly deps: VerifyDeps;
  readonly histories: Histories;
  readonly findings: Finding[];
  readonly counts: { files: number; entries: number };
}

const found = ({ findings }: Work, where: string, what: string): void => {
  if (findings.length < MOST_FINDINGS) findings.push({ where, what });
};

const linesOf = (work: Work, key: string, bytes: Uint8Array): readonly ArchiveLine[] => {
  try {
    const text = gunzipSync(bytes, { maxOutputLength: LONGEST_FILE_BYTES }).toString();
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => ArchiveLine.parse(JSON.parse(line)));
  } catch {
    found(work, key, "the file can't be read as the archive writes files");
    return [];
  }
};

const readFile = async (work: Work, key: string, heads: Map<string, Head>): Promise<ArchivedFile> => {
  const bytes = (await work.deps.archive.read(key)) ?? new Uint8Array();
  work.counts.files += 1;
  for (const line of linesOf(work, key, bytes)) {
    takeHead(heads, line);
    if (line.kind === "entry") work.counts.entries += 1;
    const wrong = work.histories.take(line);
    if (wrong !== null) found(work, line.id, `${wrong} (${key})`);
  }
  return { key, sha256: createHash("sha256").update(bytes).digest("hex") };
};

const readRoot = async (work: Work, date: string): Promise<DayRoot | null> => {
  const bytes = await work.deps.archive.read(rootKey(date));
  if (!bytes) return null;
  try {
    const root = DayRoot.parse(JSON.parse(Buffer.from(bytes).toString()));
    if (!isWhole(root)) found(work, rootKey(date), "the root does not match what it says");
    return root;
  } catch {
    found(work, rootKey(date), "the root can't be read as the archive writes roots");
    return null;
  }
};

/** The names of all entries of the span, by their day, each day's in order. */
const filesByDay = async ({ archive }: VerifyDeps, { from, to }: Span) => {
  const days = new Map<string, string[]>();
  for await (const key of archive.list("entries/")) {
    const date = dateOfEntries(key);
    if (date === null || (from !== null && date < from) || date > to) continue;
    days.set(date, [...(days.get(date) ?? []), key]);
  }
  return days;
};

const checkDay = async (
  work: Work,
  { date, keys, previous }: { date: string; keys: readonly string[]; previous: DayRoot | null },
  rootsUntil: string,
): Promise<DayRoot | null> => {
  const heads = new Map<string, Head>();
  const files: ArchivedFile[] = [];
  for (const key of keys) files.push(await readFile(work, key, heads));
  work.deps.onDay(date);
  const root = await readRoot(work, date);
  if (!root) {
    if (date <= rootsUntil) found(work, date, "the day has no root");
    return null;
  }
  if (previous && root.previous !== previous.root)
    found(work, rootKey(date), "the root does not follow the one before");
  const computed = rootOf({ date, previous: root.previous, heads, files });
  if (computed.heads !== root.heads) found(work, rootKey(date), "the archive's histories of the day give another root");
  if (computed.contents !== root.contents)
    found(work, rootKey(date), "the archive's files of the day give another root");
  return root;
};

interface Text {
  /** SHA-256 of it; null where there is none. */
  readonly kept: string | null | undefined;
  readonly archived: string | null;
}

/** Whether a text is on the ledger as it is in the archive, or went by an erasure that came later and is in the archive too. */
const isThere = ({ kept, archived }: Text, wasErased: boolean): boolean =>
  kept === archived || (wasErased && (kept ?? null) === null);

const disagreement = (history: ArchivedHistory, proof: LedgerProof): string | null => {
  if (proof.broken !== null) return `on the ledger, ${proof.broken}`;
  const { base, chains, sealed, money } = history;
  if (proof.chains.length < base + chains.length) return "the ledger's history is shorter than the archive's";
  const at = chains.findIndex((chain, place) => proof.chains[base + place] !== chain);
  if (at !== -1) return `from entry ${base + at} on, the ledger's history is not the archive's`;
  const erasedBefore = history.erased?.index ?? 0;
  const text = sealed.findIndex(
    (archived, place) => !isThere({ kept: proof.sealed[base + place], archived }, base + place < erasedBefore),
  );
  if (text !== -1) return `what entry ${base + text} received is not on the ledger what it is in the archive`;
  const isLatest = proof.chains.length === base + chains.length;
  return isLatest && money !== null && money !== proof.money
    ? "what the ledger says about its money is not what the archive says"
    : null;
};

/** Whether the person was erased from the transaction that a text was kept beside. */
const wasErased = (known: Histories["known"], key: string): boolean => {
  const [, owner = ""] = key.split("#");
  return (known.get(owner)?.erased ?? null) !== null;
};

const checkLedger = async (work: Work): Promise<void> => {
  const { known, kept } = work.histories;
  const ids = [...known.keys(), ...kept.keys()];
  for (let start = 0; start < ids.length; start += READ_AT_ONCE) {
    const some = ids.slice(start, start + READ_AT_ONCE);
    const proofs = new Map((await work.deps.proofs(some)).map((proof) => [proof.id, proof]));
    for (const id of some) {
      const proof = proofs.get(id);
      const history = known.get(id);
      if (!proof) found(work, id, "the archive has it, and the ledger has not");
      else if (history) {
        const wrong = disagreement(history, proof);
        if (wrong !== null) found(work, id, wrong);
      } else if (!isThere({ kept: proof.sealed[0], archived: kept.get(id) ?? null }, wasErased(known, id)))
        found(work, id, "the text on the ledger is not the one in the archive");
    }
  }
};

/** Reads all of the archive's span, and all that the ledger has of it. */
export const verifyArchive = async (deps: VerifyDeps, span: Span): Promise<Verified> => {
  const work: Work = { deps, histories: createHistories(), findings: [], counts: { files: 0, entries: 0 } };
  const days = await filesByDay(deps, span);
  for await (const key of deps.archive.list("roots/")) {
    const date = key.slice("roots/".length, -".json".length);
    if ((span.from === null || date >= span.from) && date <= span.to && !days.has(date)) days.set(date, []);
  }
  let previous: DayRoot | null = null;
  for (const [date, keys] of [...days].sort(([a], [b]) => (a < b ? -1 : 1)))
    previous = (await checkDay(work, { date, keys, previous }, span.rootsUntil)) ?? previous;
  await checkLedger(work);
  const erasures = [...work.histories.known].flatMap(([id, { erased }]) => (erased ? [{ id, ...erased }] : []));
  return { days: days.size, histories: work.histories.known.size, erasures, ...work.counts, findings: work.findings };
};
