/**
 * How far M-PESA's payments were pulled: one item for each shortcode. What must stay true: it only ever moves on, over
 * exactly what was read before; a run that dies leaves it where it was, so its work is repeated and never skipped; a span
 * that no pull can reach any more is written down by the same write that goes past it.
 *
 * The item has no end: forgetting it would hide such a span.
 */
import type { PullWindow } from "../daraja/pull-window.ts";
import { CorruptItem, list, map, maybeNumber, maybeText, number, readNumber, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import type { CoordinationDeps } from "./coordination.ts";
import { keys } from "./keys.ts";
import { readTableItem } from "./read.ts";
import { update } from "./transact.ts";

export interface PullProgress {
  /** Everything until then was pulled completely, epoch milliseconds; null when nothing ever was. */
  readonly pulledUntil: number | null;
  /** Spans that only a statement can still tell of, oldest first; the last twenty. */
  readonly lost: readonly PullWindow[];
  /** Since when runs end badly, epoch milliseconds, and why the last one did; null after one that ended well. */
  readonly failing: { readonly since: number; readonly because: string } | null;
}

export interface Advance {
  readonly pulledUntil: number;
  /** What is given up by going on. */
  readonly lost: PullWindow | null;
  /** Whether that was all that was to be pulled: whatever failed before is mended then. */
  readonly caughtUp: boolean;
}

export interface PullBook {
  /** One consistent read. */
  read(shortcode: string): Promise<PullProgress>;
  /** Moves on from what was `seen`; null when another run moved it first, and nothing was written then. */
  advance(shortcode: string, seen: PullProgress, to: Advance): Promise<PullProgress | null>;
  /** Notes that a run ended badly; the first time says since when. `because` holds no personal data. */
  failed(shortcode: string, failure: { readonly at: number; readonly because: string }): Promise<void>;
}

const MOST_LOST = 20;
const LONGEST_BECAUSE = 300;

const readLost = (item: Item): readonly PullWindow[] =>
  (item["l"]?.L ?? []).map(({ M: span }) => {
    if (!span) throw new CorruptItem("l");
    return { from: readNumber(span, "f"), until: readNumber(span, "u") };
  });

const readProgress = (item: Item | null): PullProgress => {
  if (!item) return { pulledUntil: null, lost: [], failing: null };
  const since = maybeNumber(item, "fs");
  return {
    pulledUntil: maybeNumber(item, "u"),
    lost: readLost(item),
    failing: since === null ? null : { since, because: maybeText(item, "fb") ?? "" },
  };
};

export const createPullBook = (deps: CoordinationDeps): PullBook => {
  const place = (shortcode: string) => ({ TableName: deps.table, Key: { pk: text(keys.pullProgress(shortcode)) } });
  return {
    read: async (shortcode) => readProgress(await readTableItem(deps, deps.table, keys.pullProgress(shortcode))),

    advance: async (shortcode, seen, { pulledUntil, lost, caughtUp }) => {
      const spans = [...seen.lost, ...(lost === null ? [] : [lost])].slice(-MOST_LOST);
      const result = await update(deps, {
        ...place(shortcode),
        UpdateExpression: `SET u = :until, l = :lost${caughtUp ? " REMOVE fs, fb" : ""}`,
        ConditionExpression: seen.pulledUntil === null ? "attribute_not_exists(u)" : "u = :seen",
        ExpressionAttributeValues: {
          ":until": number(pulledUntil),
          ":lost": list(spans.map(({ from, until }) => map({ f: number(from), u: number(until) }))),
          ...(seen.pulledUntil === null ? {} : { ":seen": number(seen.pulledUntil) }),
        },
      });
      return result.written ? readProgress(result.item) : null;
    },

    failed: async (shortcode, { at, because }) => {
      await update(deps, {
        ...place(shortcode),
        UpdateExpression: "SET fs = if_not_exists(fs, :at), fb = :because",
        ExpressionAttributeValues: { ":at": number(at), ":because": text(because.slice(0, LONGEST_BECAUSE)) },
      });
    },
  };
};
