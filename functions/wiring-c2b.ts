/**
 * What payments from the phone's menu are made of. Part of the composition root (wiring.ts); only `*.lambda.ts` imports
 * it, and takes just what its function uses.
 */
import type { RecordTold } from "./domain/told-payment.ts";
import { recordTold as createRecordTold } from "./payments/record-told.ts";
import type { OwnShortcodes, RecordToldDeps } from "./payments/record-told.ts";
import { lazy } from "./runtime/lazy.ts";
import type { Storefront } from "./store/directory.ts";
import { createToldLedger } from "./store/dynamo-told.ts";
import {
  clock,
  count,
  darajaCredentials,
  directory,
  exceptions,
  ledgerDeps,
  log,
  random,
  record,
  wait,
} from "./wiring.ts";

/** How long a list of storefronts is good for: what an operator changes is noticed within this. */
const STOREFRONTS_MS = 30_000;

const createStorefronts = (): (() => Promise<readonly Storefront[]>) => {
  let known: { readonly at: number; readonly storefronts: readonly Storefront[] } | null = null;
  return async () => {
    const now = clock.now();
    if (known && now - known.at < STOREFRONTS_MS) return known.storefronts;
    const storefronts = await directory().storefronts();
    known = { at: now, storefronts };
    return storefronts;
  };
};

const storefrontList = /* @__PURE__ */ lazy(createStorefronts);

/** All storefronts, as they were up to half a minute ago. */
export const storefronts = (): Promise<readonly Storefront[]> => storefrontList()();

export const toldLedger = /* @__PURE__ */ lazy(() => createToldLedger(ledgerDeps()));

export const shortcodes = async (): Promise<OwnShortcodes> => {
  const { shortcode, receiver } = await darajaCredentials();
  return { shortcode, receiver };
};

/** What recording a payment by its receipt alone works with. */
export const recordToldDeps = (): RecordToldDeps => ({
  told: toldLedger(),
  record: record(),
  exceptions: exceptions(),
  storefronts,
  shortcodes,
  log,
  count,
  wait,
  random,
});

/** Whoever hears of a payment by its receipt alone puts it on the ledger by this. */
export const recordTold = /* @__PURE__ */ lazy((): RecordTold => createRecordTold(recordToldDeps()));
