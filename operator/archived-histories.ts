/**
 * Histories as the archive tells them, put together line by line. What must stay true: each entry's digest is computed
 * again from what it says, each follows the one before, and what comes twice must say the same twice.
 */
import type { ArchiveLine, EntryLine } from "../functions/domain/archive-line.ts";
import { entryDigest, foldDigest } from "../functions/domain/history.ts";

/** What was erased, as the entry says. */
export interface Erased {
  /** The entry's place in the whole history, from 0. */
  readonly index: number;
  readonly at: number;
  readonly by: string;
  readonly because: string;
}

/** One history, from the first entry that the archive has of it. */
export interface ArchivedHistory {
  /** How many entries had been written before the archive began. */
  readonly base: number;
  readonly digests: string[];
  readonly chains: string[];
  readonly sealed: (string | null)[];
  /** The place of the last entry that says that a person was erased, and when; null when none does. */
  erased: Erased | null;
  money: string | null;
}

export interface Histories {
  readonly known: Map<string, ArchivedHistory>;
  /** Texts kept beside transactions: SHA-256 of what is sealed, by the key under which the ledger keeps them. */
  readonly kept: Map<string, string>;
  /** Takes a line in; says what is wrong with it, null when nothing is. */
  take(line: ArchiveLine): string | null;
}

const follows = (history: ArchivedHistory, { index, chain, entry }: EntryLine): string | null => {
  const place = index - history.base;
  if (place === 0) return null;
  if (entry.previous !== history.digests[place - 1]) return "the entry does not follow the one before it";
  const before = history.chains[place - 1] ?? "";
  return foldDigest(before, entry.digest) === chain ? null : "the history up to here gives another hash";
};

const again = (history: ArchivedHistory, { index, chain }: EntryLine): string | null =>
  history.chains[index - history.base] === chain ? null : "the entry was written twice, and differs";

const takeEntry = (known: Map<string, ArchivedHistory>, line: EntryLine): string | null => {
  const { id, index, entry, chain, salted } = line;
  if (entryDigest(id, entry) !== entry.digest) return "the entry's digest does not match what it says";
  const fresh = { base: index, digests: [], chains: [], sealed: [], erased: null, money: null };
  const history = known.get(id) ?? fresh;
  known.set(id, history);
  const next = history.base + history.digests.length;
  if (index < history.base) return "an entry came after its followers";
  if (index < next) return again(history, line);
  if (index > next) return `entries ${next} to ${index - 1} are missing`;
  if (index === 0 && (entry.previous !== null || foldDigest("", entry.digest) !== chain))
    return "the first entry follows another";
  const wrong = follows(history, line);
  history.digests.push(entry.digest);
  history.chains.push(chain);
  history.sealed.push(salted);
  if (entry.finding === "erased")
    history.erased = { index, at: entry.at, by: entry.by, because: String(entry.facts["because"] ?? "") };
  return wrong;
};

const BROKEN = {
  history_rewritten: "its history was rewritten on the ledger",
  removed: "it was taken away from the ledger",
  money_changed_without_entry: "what it says about its money was changed on the ledger without an entry",
} as const;

export const createHistories = (): Histories => {
  const known = new Map<string, ArchivedHistory>();
  const kept = new Map<string, string>();
  return {
    known,
    kept,
    take: (line) => {
      switch (line.kind) {
        case "entry":
          return takeEntry(known, line);
        case "evidence":
          kept.set(line.id, line.salted);
          return null;
        case "money": {
          const history = known.get(line.id);
          if (history) history.money = line.money;
          return null;
        }
        case "broken":
          return BROKEN[line.because];
      }
    },
  };
};
