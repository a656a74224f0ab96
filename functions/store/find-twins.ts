/**
 * Finds the payments that a told payment may be: by its reference where it has one, else by time. What must stay true: the
 * search is bounded, and a phone number is opened only of a payment that everything else speaks for.
 */
import { parseMsisdn } from "../domain/msisdn.ts";
import { isPaymentId } from "../domain/ids.ts";
import { isNamed, mayBeTwin, twinPeriod } from "../domain/paybill-twin.ts";
import type { Candidate } from "../domain/paybill-twin.ts";
import { isPayer } from "../domain/payer-phone.ts";
import type { Agreement, PayerPhone } from "../domain/payer-phone.ts";
import type { ToldPayment } from "../domain/told-payment.ts";
import { CorruptItem, readBytes, readText } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import type { Position } from "./cursor.ts";
import { keys } from "./keys.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { PAYMENT_AT as AT, readPayment } from "./payment-item.ts";
import { readItems } from "./read.ts";
import { walkMonths, walkStretch } from "./walk.ts";

/** How many of one storefront's payments are looked at, the newest first, and how many of all storefronts'. */
const OF_ONE = 50;
const OF_ALL = 100;
/** How many storefronts are asked about at once. */
const AT_ONCE = 20;

/** Where one storefront's candidates lie. */
type Look = (storefront: string) => Promise<readonly Position[]>;

const byReference =
  (deps: LedgerDeps, reference: string, period: { readonly from: number; readonly to: number }): Look =>
  async (storefront) => {
    const place = { index: "by_reference", key: "r", partitions: [keys.reference(storefront, reference)] } as const;
    return (await walkStretch(deps, { ...place, ...period }, { position: null, wanted: OF_ONE })).keys;
  };

const byTime =
  (deps: LedgerDeps, period: { readonly from: number; readonly to: number }): Look =>
  async (storefront) => {
    const partitionsAt = (at: number) => keys.timeShards(storefront, at);
    return (await walkMonths(deps, { ...period, position: null, wanted: OF_ONE, partitionsAt })).keys;
  };

/** The newest payments that `look` finds, of all the storefronts. */
const payments = async (deps: LedgerDeps, storefronts: readonly string[], look: Look): Promise<readonly Item[]> => {
  const found: Position[] = [];
  for (let from = 0; from < storefronts.length; from += AT_ONCE) {
    const some = await Promise.all(storefronts.slice(from, from + AT_ONCE).map(look));
    found.push(...some.flat().filter(({ id }) => isPaymentId(id)));
  }
  const newest = found.sort((a, b) => b.at - a.at).slice(0, OF_ALL);
  return newest.length === 0
    ? []
    : readItems(
        deps,
        newest.map(({ id }) => id),
      );
};

const agreement = async (deps: LedgerDeps, item: Item, payer: PayerPhone | null): Promise<Agreement> => {
  if (payer === null) return "maybe";
  const opened = await deps.vault.open(readBytes(item, AT.sealedPhone), readText(item, AT.id));
  const phone = parseMsisdn(Buffer.from(opened).toString());
  if (!phone.ok) throw new CorruptItem(AT.sealedPhone);
  return isPayer(payer, phone.msisdn);
};

/** The payments of these storefronts that `told` may tell of, each with what its payer's phone says about that. */
export const findTwins = async (
  deps: LedgerDeps,
  told: ToldPayment,
  storefronts: readonly string[],
): Promise<readonly Candidate[]> => {
  const period = twinPeriod(told);
  const look = isNamed(told) ? byReference(deps, told.reference, period) : byTime(deps, period);
  const candidates: Candidate[] = [];
  for (const item of await payments(deps, storefronts, look)) {
    const payment = readPayment(item);
    if (!mayBeTwin(told, payment)) continue;
    candidates.push({ payment, agrees: await agreement(deps, item, told.payer.phone) });
  }
  return candidates;
};

/** How many payments under one reference are looked at, to see whether anybody vouches for it. */
const VOUCHING = 25;

/**
 * Whether one of these storefronts has asked for a payment under this reference, or said that a payment under it is theirs.
 * What customers typed and nobody claimed vouches for nothing.
 */
export const isKnownReference = async (
  deps: LedgerDeps,
  reference: string,
  storefronts: readonly string[],
): Promise<boolean> => {
  const period = { from: 0, to: deps.clock.now() };
  const all = byReference(deps, reference, period);
  const look: Look = async (storefront) => (await all(storefront)).slice(0, VOUCHING);
  const items = await payments(deps, storefronts, look);
  return items.some((item) => readPayment(item).routing !== "unmatched");
};
