/**
 * Answers an audit question: which transactions a scrap of text names, each with everything about it. What must stay
 * true: an id takes one request and any other reading two (where the text lies, and what lies there), because all kinds
 * of transactions share the keys of a phone and of a reference; nothing of another storefront is shown.
 */
import { readingsOf, READINGS } from "../domain/audit-question.ts";
import type { Reading } from "../domain/audit-question.ts";
import { isTransactionId } from "../domain/ids.ts";
import { parseMsisdn } from "../domain/msisdn.ts";
import { readText } from "./attributes.ts";
import { BadCursor, readCursor, writeCursor } from "./cursor.ts";
import type { Position } from "./cursor.ts";
import { readWhole } from "./history.ts";
import { keys } from "./keys.ts";
import type { FindPage, FindQuery } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { receiptOwner, SKEW_MS } from "./listing.ts";
import { AT, readStorefront } from "./transaction-item.ts";
import { walkStretch } from "./walk.ts";
import type { Stretch } from "./walk.ts";
import { readWithExceptions, WITH_EXCEPTIONS_AT_ONCE } from "./with-exceptions.ts";

const LONGEST_QUESTION = 256;
const NOTHING: FindPage = { readAs: null, found: [], next: null };

/** A question, read one way. */
interface Read {
  readonly storefront: string;
  readonly question: string;
  readonly reading: Reading;
}

interface Candidates {
  readonly ids: readonly string[];
  /** Where to go on after them; null when nothing is left. */
  readonly next: Position | null;
}

const one = (id: string | null): Candidates => ({ ids: id === null ? [] : [id], next: null });

type Place = Pick<Stretch, "index" | "key"> & { readonly partition: string };

/** Where a text of this reading lies; null for a text that can't be read so. */
const placeOf = async (
  deps: LedgerDeps,
  { storefront, question }: Read,
  reading: Exclude<Reading, "id" | "receipt">,
): Promise<Place | null> => {
  if (reading === "reference")
    return { index: "by_reference", key: "r", partition: keys.reference(storefront, question) };
  if (reading === "mpesa_id") return { index: "by_push", key: "c", partition: await deps.vault.hash(question) };
  const phone = parseMsisdn(question);
  if (!phone.ok) return null;
  return { index: "by_phone", key: "p", partition: keys.phone(await deps.vault.hash(phone.msisdn), storefront) };
};

/** As many as one request reads with all their exceptions. */
const candidates = async (deps: LedgerDeps, read: Read, position: Position | null): Promise<Candidates> => {
  const { reading, question } = read;
  if (reading === "id") return one(isTransactionId(question) ? question : null);
  if (reading === "receipt") return one(await receiptOwner(deps, question));
  const place = await placeOf(deps, read, reading);
  if (!place) return one(null);
  const stretch = { ...place, partitions: [place.partition], from: 0, to: deps.clock.now() + SKEW_MS };
  const found = await walkStretch(deps, stretch, { position, wanted: WITH_EXCEPTIONS_AT_ONCE });
  return { ids: found.keys.map(({ id }) => id), next: found.more ? (found.keys.at(-1) ?? null) : null };
};

/** What a cursor of this question, read this way, is sealed for. */
const asked = ({ storefront, question, reading }: Read) => ({ find: storefront, question, reading });

/** A cursor says which reading it goes on with, and where: the reading is also sealed, so no other can be put there. */
const readPlace = async (deps: LedgerDeps, query: Omit<Read, "reading">, cursor: string) => {
  const [word, sealed = ""] = cursor.split(".");
  const reading = READINGS.find((known) => known === word);
  if (reading === undefined) throw new BadCursor();
  return { reading, position: await readCursor(deps.vault, asked({ ...query, reading }), sealed) };
};

const readPage = async (deps: LedgerDeps, read: Read, position: Position | null): Promise<FindPage> => {
  const { ids, next } = await candidates(deps, read, position);
  if (ids.length === 0) return NOTHING;
  const { items, exceptionsOf } = await readWithExceptions(deps, ids);
  const own = items.filter((item) => readStorefront(item) === read.storefront);
  return {
    readAs: read.reading,
    found: await Promise.all(own.map((item) => readWhole(deps, item, exceptionsOf(readText(item, AT.id))))),
    next: next && `${read.reading}.${await writeCursor(deps.vault, asked(read), next)}`,
  };
};

export const createFind =
  (deps: LedgerDeps) =>
  async ({ storefront, text, as, cursor }: FindQuery): Promise<FindPage> => {
    const question = text.trim();
    if (question === "" || question.length > LONGEST_QUESTION) return NOTHING;
    if (cursor !== null) {
      const { reading, position } = await readPlace(deps, { storefront, question }, cursor);
      return readPage(deps, { storefront, question, reading }, position);
    }
    for (const reading of as === null ? readingsOf(question) : [as]) {
      const page = await readPage(deps, { storefront, question, reading }, null);
      if (page.found.length > 0) return page;
    }
    return NOTHING;
  };
