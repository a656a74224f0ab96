/**
 * The gateway's functions for payments that M-PESA tells of by their receipt alone, put together as functions/wiring-c2b.ts and
 * functions/wiring-pull.ts put them together. What must stay true: nothing here decides anything.
 */
import { c2bConfirmation } from "../../../functions/callbacks/c2b-confirmation.ts";
import { callbackUrl, checkCallbackToken } from "../../../functions/daraja/callback-url.ts";
import { createPullDaraja } from "../../../functions/daraja/pull-client.ts";
import { knowsPaid } from "../../../functions/payments/pull-window-known.ts";
import { keepUnreadable } from "../../../functions/payments/pull-window-unreadable.ts";
import { pullWindow } from "../../../functions/payments/pull-window.ts";
import { askLate } from "../../../functions/payments/ask-late.ts";
import { recordTold } from "../../../functions/payments/record-told.ts";
import type { RecordToldDeps } from "../../../functions/payments/record-told.ts";
import type { Storefront } from "../../../functions/store/directory.ts";
import { createExceptionLedger } from "../../../functions/store/dynamo-exceptions.ts";
import { createToldLedger } from "../../../functions/store/dynamo-told.ts";
import { createPullBook } from "../../../functions/store/pull-progress.ts";
import { pull } from "../../../functions/workers/pull.ts";
import { CALLBACK_BASE_URL, SIGNING_SECRET, credentials, holdings, isSafaricom } from "./gateway.ts";
import type { Outside } from "./gateway.ts";
import type { Surroundings } from "./lambda.ts";

export const STOREFRONT = "shop";
export const storefronts = (): Promise<readonly Storefront[]> =>
  Promise.resolve([{ id: STOREFRONT, name: "Shop", shortcode: null, references: ["INV"], isDefault: true }]);
export const shortcodes = () => Promise.resolve({ shortcode: credentials.shortcode, receiver: credentials.receiver });
const count = (): void => undefined;

const addressOf = (kind: "c2b-confirmation" | "c2b-validation"): string =>
  callbackUrl({ baseUrl: CALLBACK_BASE_URL, kind, id: credentials.shortcode, secret: SIGNING_SECRET });

/** Where M-PESA is told to confirm payments. */
export const confirmationUrl = addressOf("c2b-confirmation");
/** Where M-PESA is told to ask whether a customer may pay. */
export const validationUrl = addressOf("c2b-validation");

/** What a process holds that hears of payments by their receipts. */
export const toldHoldings = (outside: Outside, surroundings: Surroundings) => {
  const held = holdings(outside, surroundings);
  const told = createToldLedger(held.ledgerDeps);
  const exceptions = createExceptionLedger(held.ledgerDeps);
  const { log, random } = outside;
  const { record, wait } = held;
  const recording: RecordToldDeps = { told, record, exceptions, storefronts, shortcodes, log, count, wait, random };
  return { ...held, told, exceptions, recording };
};

/** POST /callbacks/v1/c2b-confirmation/{shortcode}/{token}. */
export const confirmationProcess = (outside: Outside) => (surroundings: Surroundings) => {
  const { told, exceptions, clock, recording } = toldHoldings(outside, surroundings);
  return c2bConfirmation({
    recordTold: recordTold(recording),
    told,
    exceptions,
    storefronts,
    shortcodes,
    checkToken: ({ id, token }) =>
      Promise.resolve(checkCallbackToken({ kind: "c2b-confirmation", id, token, secrets: [SIGNING_SECRET] })),
    isSafaricom,
    clock,
    log: outside.log,
    count,
  });
};

/** The pull, on the clock. */
export const pullProcess = (outside: Outside) => (surroundings: Surroundings) => {
  const held = toldHoldings(outside, surroundings);
  const { ledger, exceptions, clock, coordination, darajaDeps } = held;
  const { log } = outside;
  const { time: _time, ...clientDeps } = darajaDeps;
  const run = pull({
    book: outside.planted.book(createPullBook(coordination)),
    pull: pullWindow({
      daraja: outside.planted.pull(createPullDaraja(clientDeps)),
      record: recordTold({ ...held.recording, askLate: askLate({ told: held.told, ask: held.ask, clock }) }),
      keepUnreadable: keepUnreadable({ ledger, exceptions, owner: () => Promise.resolve(STOREFRONT), log, count }),
      knowsPaid: knowsPaid({ ledger, storefronts, clock }),
      clock,
      log,
    }),
    merchant: shortcodes,
    clock,
    log,
    count,
  });
  return (requestId: string) => run({ requestId, remainingMs: surroundings.remainingMs });
};
