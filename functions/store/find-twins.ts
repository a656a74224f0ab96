/**
 * Finds the payments that a told payment may be: by its reference where it has one, else by time. What must stay true: the
 * search is bounded and says when it ended before the period did; a phone number is opened only of a payment that
 * everything else speaks for.
 */
import { parseMsisdn } from "../domain/msisdn.ts";
import { isPaymentId } from "../domain/ids.ts";
import { isNamed, twinPeriod } from "../domain/paybill-twin.ts";
import type { Candidate, Candidates } from "../domain/paybill-twin.ts";
import { isPayer } from "../domain/payer-phone.ts";
import type { Agreement, PayerPhone } from "../domain/payer-phone.ts";
import type { Payment } from "../domain/payment.ts";
import type { ToldPayment } from "../domain/told-payment.ts";
import { CorruptItem, maybeBytes, readText } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import type { Position } from "./cursor.ts";
import { keys } from "./keys.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { PAYMENT_AT as AT, readPayment } from "./payment-item.ts";
import { readItems } from "./read.ts";
import { walkMonths, walkStretch } from "./walk.ts";

/** How many keys one search looks at, of all storefronts together. */
const MOST = 2_000;
/** How many of one storefront's keys are looked at in one go, and how many storefronts are asked about at once. */
const PAGE = 100;
const AT_ONCE = 20;

interface Period {
  readonly from: number;
  readonly to: number;
}

/** How far one storefront was looked through. */
interface Place {
  readonly storefront: string;
  /** The key to go on after; null for the newest. */
  readonly position: Position | null;
}

/** The next `wanted` keys of a storefront, the newest first, and where to go on; null when nothing is left. */
type Look = (
  place: Place,
  wanted: number,
) => Promise<{ readonly keys: readonly Position[]; readonly next: Position | null }>;

const byReference =
  (deps: LedgerDeps, reference: string, period: Period): Look =>
  async ({ storefront, position }, wanted) => {
    const stretch = { index: "by_reference", key: "r", partitions: [keys.reference(storefront, reference)] } as const;
    const found = await walkStretch(deps, { ...stretch, ...period }, { position, wanted });
    return { keys: found.keys, next: found.more ? (found.keys.at(-1) ?? null) : null };
  };

const byTime =
  (deps: LedgerDeps, period: Period): Look =>
  ({ storefront, position }, wanted) => {
    const partitionsAt = (at: number) => keys.timeShards(storefront, at);
    return walkMonths(deps, { ...period, position, wanted, partitionsAt });
  };

/** The payments among `found`, as they are now. */
const readPayments = async (deps: LedgerDeps, found: readonly Position[]): Promise<readonly Item[]> => {
  const ids = found.flatMap(({ id }) => (isPaymentId(id) ? [id] : []));
  const parts = Array.from({ length: Math.ceil(ids.length / PAGE) }, (_, part) =>
    ids.slice(part * PAGE, (part + 1) * PAGE),
  );
  return (await Promise.all(parts.map((part) => readItems(deps, part)))).flat();
};

interface Search {
  readonly look: Look;
  /** How many keys are looked at before it is cut short. */
  readonly most: number;
}

interface Page {
  readonly items: readonly Item[];
  /** Whether this is the last page although keys are left. */
  readonly isCutShort: boolean;
}

/** The payments that `look` finds, storefront by storefront in turn, so that a busy one does not hide the others'. */
async function* pages(
  deps: LedgerDeps,
  storefronts: readonly string[],
  { look, most }: Search,
): AsyncGenerator<Page, void, undefined> {
  let waiting: readonly Place[] = storefronts.map((storefront) => ({ storefront, position: null }));
  let left = most;
  while (waiting.length > 0 && left > 0) {
    const asked = waiting.slice(0, AT_ONCE);
    const wanted = Math.max(1, Math.min(PAGE, Math.floor(left / asked.length)));
    const looks = await Promise.all(asked.map(async (place) => ({ place, ...(await look(place, wanted)) })));
    const unfinished = looks.flatMap(({ place, next }) => (next ? [{ ...place, position: next }] : []));
    waiting = [...waiting.slice(AT_ONCE), ...unfinished];
    const found = looks.flatMap((one) => one.keys);
    left -= found.length;
    yield { items: await readPayments(deps, found), isCutShort: waiting.length > 0 && left <= 0 };
  }
}

const agreement = async (deps: LedgerDeps, item: Item, payer: PayerPhone | null): Promise<Agreement> => {
  const sealed = maybeBytes(item, AT.sealedPhone);
  if (payer === null || sealed === null) return "maybe";
  const opened = await deps.vault.open(sealed, readText(item, AT.id));
  const phone = parseMsisdn(Buffer.from(opened).toString());
  if (!phone.ok) throw new CorruptItem(AT.sealedPhone);
  return isPayer(payer, phone.msisdn);
};

/** Where to look, and what to look for. */
export interface Wanted {
  readonly storefronts: readonly string[];
  /** Whether `told` may tell of this payment, whoever paid. */
  readonly mayBe: (told: ToldPayment, payment: Payment) => boolean;
}

/** The payments of these storefronts that `told` may tell of, each with what its payer's phone says about that. */
export const findTwins = async (
  deps: LedgerDeps,
  told: ToldPayment,
  { storefronts, mayBe }: Wanted,
): Promise<Candidates> => {
  const period = twinPeriod(told);
  const look = isNamed(told) ? byReference(deps, told.reference, period) : byTime(deps, period);
  const candidates: Candidate[] = [];
  let isCutShort = false;
  for await (const page of pages(deps, storefronts, { look, most: MOST })) {
    isCutShort = page.isCutShort;
    for (const item of page.items) {
      const payment = readPayment(item);
      if (!mayBe(told, payment)) continue;
      candidates.push({ payment, agrees: await agreement(deps, item, told.payer.phone) });
    }
  }
  return { candidates, isCutShort };
};

/** How many keys under one reference are looked at, to see whether anybody vouches for it: a customer waits. */
const VOUCHING = 100;

/**
 * Whether one of these storefronts has asked for a payment under this reference, or said that a payment under it is theirs.
 * What customers typed and nobody claimed vouches for nothing.
 */
export const isKnownReference = async (
  deps: LedgerDeps,
  reference: string,
  storefronts: readonly string[],
): Promise<boolean> => {
  const look = byReference(deps, reference, { from: 0, to: deps.clock.now() });
  for await (const { items } of pages(deps, storefronts, { look, most: VOUCHING }))
    if (items.some((item) => readPayment(item).routing !== "unmatched")) return true;
  return false;
};
