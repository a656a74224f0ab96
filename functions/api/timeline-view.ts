/**
 * Histories as they leave: masked. The messages that the ledger keeps as evidence spell phone numbers, and an auditor
 * needs to see that they match, not to read them.
 */
import { maskDeep } from "../domain/deep-masking.ts";
import { verifyChain } from "../domain/history.ts";
import type { HistoryEntry } from "../domain/history.ts";
import { maskText } from "../domain/masking.ts";
import { utcIso } from "../domain/time.ts";
import type { Chain, TimelineEntry } from "./responses-timeline.ts";

/** A received text for people: its JSON masked field by field, or the masked text when it is no JSON. */
export const masked = (text: string): unknown => {
  try {
    return maskDeep(JSON.parse(text));
  } catch {
    return maskText(text);
  }
};

/** `texts` are the received ones, by their hash. */
export const entryView = (entry: HistoryEntry, texts: ReadonlyMap<string, string>): TimelineEntry => {
  const text = entry.rawHash === null ? undefined : texts.get(entry.rawHash);
  return {
    at: utcIso(entry.at),
    finding: entry.finding,
    status: entry.to,
    source: entry.source,
    by: entry.by,
    request_id: entry.requestId,
    facts: { ...entry.facts },
    exception: entry.exception,
    evidence: text === undefined ? null : masked(text),
    evidence_sha256: entry.rawHash,
    digest: entry.digest,
    previous: entry.previous,
  };
};

/** The proof that nobody touched the history of `id`; `head` is null where there is none. */
export const chainView = (id: string, history: readonly HistoryEntry[], head: string | null): Chain => {
  const chain = verifyChain(id, history, head);
  return { intact: chain.intact, head: head ?? "", problem: chain.intact ? null : chain.because };
};
