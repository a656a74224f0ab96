/** What payments and payouts have in common when the laws make them hear things: evidence, its weight, its place in history. */
import fc from "fast-check";
import { sha256Hex } from "../../functions/domain/canonical-json.ts";
import type { EvidenceSource } from "../../functions/domain/evidence.ts";
import { entryDigest } from "../../functions/domain/history.ts";
import type { EntryContent, HistoryEntry } from "../../functions/domain/history.ts";
import type { Msisdn } from "../../functions/domain/msisdn.ts";

/** The ledger's keyed hash, as far as the laws are concerned. */
export const phoneHashOf = (phone: string): string => `hash-of-${phone}`;

export const maybe = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { freq: 3 });

interface Provenance {
  readonly source: EvidenceSource;
  readonly at: number;
  readonly by: string;
  readonly requestId: string;
  readonly raw: string | null;
}

/** The findings, said by anyone of `sources` within two days of `from`. */
export const evidenceOf = <F extends object>(
  findings: fc.Arbitrary<F>,
  { sources, from }: { readonly sources: readonly EvidenceSource[]; readonly from: number },
): fc.Arbitrary<F & Provenance> =>
  fc
    .tuple(
      findings,
      fc.constantFrom(...sources),
      fc.integer({ min: from, max: from + 200_000_000 }),
      maybe(fc.integer({ min: 0, max: 1_000_000 }).map((n) => `{"message":${n}}`)),
    )
    .map(([finding, source, at, raw]) => ({ ...finding, source, at, by: "safaricom", requestId: "req", raw }));

interface Weighable extends Provenance {
  readonly finding: string;
  readonly phone?: Msisdn | null;
}

/** Evidence as the ledger weighs it: only money that moved has its phone compared. */
export const weighing = <E extends Weighable>(
  evidence: E,
): { readonly evidence: E; readonly phoneHash: string | null; readonly rawHash: string | null } => {
  const phone = evidence.finding === "paid" ? evidence.phone : null;
  return {
    evidence,
    phoneHash: phone === null || phone === undefined ? null : phoneHashOf(phone),
    rawHash: evidence.raw === null ? null : sha256Hex(evidence.raw),
  };
};

/** What every entry about evidence says, whatever it decided. */
export const entryAbout = <F extends EntryContent["finding"]>(about: {
  readonly evidence: Provenance & { readonly finding: F };
  readonly rawHash: string | null;
}) => {
  const { at, finding, source, by, requestId } = about.evidence;
  return { at, finding, source, by, requestId, rawHash: about.rawHash };
};

/** The entry, chained to the last one of its transaction. */
export const chained = (
  { id, history }: { readonly id: string; readonly history: readonly HistoryEntry[] },
  content: EntryContent,
): HistoryEntry => ({ ...content, digest: entryDigest(id, content), previous: history.at(-1)?.digest ?? null });
