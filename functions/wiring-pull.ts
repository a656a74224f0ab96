/**
 * What the pull of transactions is made of. Part of the composition root (wiring.ts); only `*.lambda.ts` imports it, and
 * takes just what its function uses.
 */
import { createPullDaraja } from "./daraja/pull-client.ts";
import { ownerOfShortcode, storefrontsOf } from "./domain/routing.ts";
import { askLate } from "./payments/ask-late.ts";
import { recordTold } from "./payments/record-told.ts";
import { NoStorefront } from "./payments/tell-owner.ts";
import { knowsPaid } from "./payments/pull-window-known.ts";
import { keepUnreadable } from "./payments/pull-window-unreadable.ts";
import { pullWindow } from "./payments/pull-window.ts";
import { createOpenedAt } from "./store/open-exceptions.ts";
import { createPullBook } from "./store/pull-progress.ts";
import { ask, clock, coordination, count, darajaDeps, exceptions, ledger, ledgerDeps, log, measure } from "./wiring.ts";
import { recordToldDeps, shortcodes, storefronts, toldLedger } from "./wiring-c2b.ts";
import type { CountExceptionsDeps } from "./workers/count-exceptions.ts";
import type { PullDeps } from "./workers/pull.ts";

/** Whose people look after what belongs to no storefront in particular. */
const owner = async (): Promise<string> => {
  const { shortcode } = await shortcodes();
  const id = ownerOfShortcode(await storefronts(), shortcode);
  if (id === null) throw new NoStorefront(shortcode);
  return id;
};

/** What a pull works with. */
export const pullDeps = (): PullDeps => ({
  book: createPullBook(coordination()),
  pull: pullWindow({
    daraja: createPullDaraja(darajaDeps()),
    record: recordTold({ ...recordToldDeps(), askLate: askLate({ told: toldLedger(), ask: ask(), clock }) }),
    keepUnreadable: keepUnreadable({ ledger: ledger(), exceptions: exceptions(), owner, log, count }),
    knowsPaid: knowsPaid({
      ledger: ledger(),
      storefronts: async () => storefrontsOf(await storefronts(), (await shortcodes()).shortcode),
      clock,
    }),
    clock,
    log,
  }),
  merchant: shortcodes,
  clock,
  log,
  count,
});

/** What counts the exceptions that wait. */
export const countExceptionsDeps = (): CountExceptionsDeps => ({
  storefronts,
  openedAt: createOpenedAt(ledgerDeps()),
  measure,
  clock,
});
