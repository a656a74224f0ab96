/**
 * The gateway's doors in one process, put together as the worlds put them together, over a ledger that holds an intent of
 * every kind. What must stay true: nothing here decides anything; Daraja takes whatever it is asked; time passes only for
 * who waits.
 */
import type { SendMessageBatchCommandInput } from "@aws-sdk/client-sqs";
import { c2bConfirmation } from "../../functions/callbacks/c2b-confirmation.ts";
import { c2bValidation } from "../../functions/callbacks/c2b-validation.ts";
import { takeResult } from "../../functions/callbacks/results.ts";
import { stkCallback } from "../../functions/callbacks/stk-callback.ts";
import { callbackToken, checkCallbackToken } from "../../functions/daraja/callback-url.ts";
import type { CallbackKind } from "../../functions/daraja/callback-url.ts";
import type { Credentials } from "../../functions/daraja/credentials.ts";
import type { Fetch } from "../../functions/daraja/exchange.ts";
import { initiatorFingerprint } from "../../functions/daraja/security-credential.ts";
import { recordEvidence } from "../../functions/payments/record-evidence.ts";
import { recordTold } from "../../functions/payments/record-told.ts";
import type { Files } from "../../functions/runtime/files.ts";
import type { HttpResponse } from "../../functions/runtime/http.ts";
import { createLedger } from "../../functions/store/dynamo-ledger.ts";
import { START, TABLE_NAMES, silent } from "../exhaustive/books.ts";
import { vault } from "../world/payments/phones.ts";
import { SIGNING_SECRET } from "../world/payouts/holdings.ts";
import type { Outside } from "../world/payouts/holdings.ts";
import { partsOf } from "../world/payouts/parts.ts";
import { NONE } from "../world/payouts/planted.ts";
import { createSecret } from "../world/payouts/safaricom.ts";
import { ACCEPTED_PAYOUT, ACCEPTED_PUSH } from "./documents.ts";
import { createFuzzLedger } from "./ledger.ts";
import type { Kept } from "./ledger.ts";

export const SHORTCODE = "600638";
export const STOREFRONT = "shop";
/** The one address that callbacks are believed from. */
export const SAFARICOM = "196.201.214.200";
const credentials: Credentials = { ...createSecret("a password").get(), shortcode: SHORTCODE, receiver: SHORTCODE };
export const OPERATOR = initiatorFingerprint(credentials) ?? "";
/** What customers may pay from the menu, whole shillings. */
export const VALIDATION = { accept: "all", minimum: 10, maximum: 2_000, whenUnsure: "reject" } as const;

const storefronts = () =>
  Promise.resolve([{ id: STOREFRONT, name: "Shop", shortcode: null, references: ["INV"], isDefault: true }]);
const shortcodes = () => Promise.resolve({ shortcode: SHORTCODE, receiver: SHORTCODE });
const count = (): void => undefined;
export const remainingMs = (): number => 25_000;

const TAKEN = JSON.stringify({ ...JSON.parse(ACCEPTED_PUSH), ...JSON.parse(ACCEPTED_PAYOUT) });
const TOKEN = JSON.stringify({ access_token: "A".repeat(28), expires_in: "3599" });
const fetch: Fetch = (url) => Promise.resolve(new Response(url.includes("oauth") ? TOKEN : TAKEN));

/** Takes every message. */
const sqs = (command: unknown): Promise<object> => {
  const { Entries = [] } = (command as { readonly input: SendMessageBatchCommandInput }).input;
  return Promise.resolve({ Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] });
};

const createFiles = (): Files => {
  const kept = new Map<string, Uint8Array>();
  return {
    put: (key, body) => Promise.resolve(void kept.set(key, Buffer.from(body))),
    read: (key) => {
      const bytes = kept.get(key);
      const pieces = async function* (whole: Uint8Array): AsyncGenerator<Uint8Array> {
        yield await Promise.resolve(whole);
      };
      return Promise.resolve(bytes ? pieces(bytes) : null);
    },
    uploadUrl: (key) => Promise.resolve(`https://files.fuzz/${key}`),
    downloadUrl: (key) => Promise.resolve(`https://files.fuzz/${key}`),
  };
};

/** How a planted bug changes a door; `NO_BUG` changes nothing. */
export interface DoorBug {
  readonly isSafaricom: (address: string) => boolean;
  /** Which kind of callback a kind is taken for. */
  readonly takenFor: (kind: CallbackKind) => CallbackKind;
}
export const NO_BUG: DoorBug = { isSafaricom: (address) => address === SAFARICOM, takenFor: (kind) => kind };

export type Gateway = ReturnType<typeof createGateway>;

/** A gateway whose ledger holds `kept`. */
export const createGateway = (kept: Kept, bug: DoorBug = NO_BUG) => {
  let [now, names] = [START, 0];
  const ledger = createFuzzLedger(kept, () => now);
  const wait = (ms: number): Promise<void> => Promise.resolve(void (now += ms));
  const newName = (): string => `${(names += 1).toString(16).padStart(8, "0")}-0000-4000-8000-000000000000`;
  const random = (): number => 0.5;
  const outside: Outside = {
    ...{ send: ledger.send, sqs, files: createFiles(), fetch, secret: () => credentials, perSecond: 10 },
    ...{ wait, random, newName, log: silent, planted: NONE, watching: (gate) => gate },
  };
  const surroundings = { gate: <T>(act: () => Promise<T>) => act(), now: () => now, remainingMs };

  const doors = () => {
    const { held, ...parts } = partsOf(outside, surroundings);
    const { dynamo, clock, patience, told, exceptions } = held;
    const payments = createLedger({ dynamo, tables: TABLE_NAMES, vault, clock, newToken: newName, ...patience });
    const record = recordEvidence({ ledger: payments, log: silent, count });
    const recording = recordTold({
      told,
      record,
      exceptions,
      storefronts,
      shortcodes,
      log: silent,
      count,
      ...patience,
    });
    const { isSafaricom } = bug;
    const checkToken =
      (kind: CallbackKind) =>
      ({ id, token }: { readonly id: string; readonly token: string }): Promise<boolean> =>
        Promise.resolve(checkCallbackToken({ kind, id, token, secrets: [SIGNING_SECRET] }));
    const shared = { isSafaricom, onUnlistedCode: () => undefined, clock, log: silent, count };
    const c2b = { ...shared, told, exceptions, storefronts, shortcodes, recordTold: recording, wait };
    const taking = { ...held, ...parts, ...shared, recordTold: recording, shortcodes, ledger: payments };
    const [recordRefund, change] = [parts.recordOfRefund, parts.changeOfLane];
    const ask = () => Promise.resolve({ asked: "not_told" } as const);
    return {
      stk: stkCallback({ ...shared, ledger: payments, record, ask, checkToken: checkToken("stk") }),
      "c2b-confirmation": c2bConfirmation({ ...c2b, checkToken: checkToken("c2b-confirmation") }),
      "c2b-validation": c2bValidation({
        ...c2b,
        // The look-up is done at once, so its time is never up.
        wait: () => new Promise<void>(() => undefined),
        rules: () => VALIDATION,
        checkToken: checkToken("c2b-validation"),
      }),
      results: takeResult({
        ...taking,
        recordRefund,
        change,
        checkToken: ({ id, token, kind }) => checkToken(kind)({ id, token }),
      }),
    };
  };

  return {
    outside,
    surroundings,
    ledger,
    parts: () => partsOf(outside, surroundings),
    payments: () =>
      createLedger({
        dynamo: { send: ledger.send },
        tables: TABLE_NAMES,
        vault,
        clock: { now: () => now },
        newToken: newName,
        wait,
        random,
      }),
    /** Brings a callback of a kind about `id`, under a good token unless another is given. */
    hear: (
      of: CallbackKind,
      id: string,
      arrives: { body: string; from?: string; token?: string },
    ): Promise<HttpResponse> => {
      const kind = bug.takenFor(of);
      const { body, from = SAFARICOM, token = callbackToken({ kind, id, secret: SIGNING_SECRET }) } = arrives;
      const all = doors();
      const door = kind === "stk" || kind === "c2b-validation" || kind === "c2b-confirmation" ? all[kind] : all.results;
      return door({
        ...{ method: "POST", route: `/callbacks/v1/${kind}/{id}/{token}`, params: { id, token } },
        ...{ query: {}, headers: {}, body, sourceAddress: from, requestId: "fuzz", authoriser: {}, remainingMs },
      });
    },
  };
};
