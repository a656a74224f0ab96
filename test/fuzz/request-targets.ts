/**
 * What storefronts and browsers send. The judge: a request is read as its contract says or answered with a problem that is
 * the caller's (4xx); a token or a cursor is good only as it was made; a number is read as the digits that stand there.
 */
import { isDeepStrictEqual } from "node:util";
import { ROUTES } from "../../functions/api/contract.ts";
import { EXAMPLES } from "../../functions/api/examples.ts";
import { PROBLEMS } from "../../functions/api/problems.ts";
import { checkInput, shapesOf } from "../../functions/api/request-body.ts";
import { parseStrictJson } from "../../functions/api/strict-json.ts";
import { callbackToken, checkCallbackToken } from "../../functions/daraja/callback-url.ts";
import { parseMsisdn } from "../../functions/domain/msisdn.ts";
import { BadCursor, readCursor, writeCursor } from "../../functions/store/cursor.ts";
import { PhoneKeysSecret, createPhoneVault } from "../../functions/store/phone-vault.ts";
import type { Chance } from "../world/core/prng.ts";
import { PHONES } from "./documents.ts";
import { changeDocument, changeText } from "./mutate.ts";
import { outcome } from "./target.ts";
import type { Outcome, Target } from "./target.ts";

const routes = Object.values(ROUTES).flatMap((route) => {
  const { request } = EXAMPLES[route.operation];
  return request === undefined ? [] : [{ route, shapes: shapesOf(route), text: JSON.stringify(request) }];
});

const apiBody = (chance: Chance): Outcome => {
  const { route, shapes, text } = routes[chance.between(0, routes.length - 1)]!;
  const body = changeDocument(chance, text);
  const request = {
    ...{
      method: route.method,
      route: route.path,
      params: {},
      query: {},
      headers: { "content-type": "application/json" },
    },
    ...{ body, sourceAddress: "203.0.113.7", requestId: "fuzz", authoriser: {}, remainingMs: () => 10_000 },
  };
  const checked = checkInput(route, shapes, request);
  if (checked.ok) return outcome(body, false, {});
  const status = checked.reply.reply === "problem" ? PROBLEMS[checked.reply.code].status : 500;
  return outcome(`${route.operation} ${body}`, false, { "not the caller's problem": status < 400 || status >= 500 });
};

const strictJson = (chance: Chance): Outcome => {
  const text = changeDocument(chance, routes[chance.between(0, routes.length - 1)]!.text);
  const read = parseStrictJson(text);
  return outcome(text, false, {
    "read as another value than JSON says": read.ok && !isDeepStrictEqual(read.value, JSON.parse(text)),
  });
};

const SECRET = "a signing secret for mutations";
const ID = "pay_0123456789abcdfghijknpqrst";
const TOKEN = callbackToken({ kind: "stk", id: ID, secret: SECRET });
const KINDS = ["stk", "b2c", "status", "reversal"] as const;

const token = (chance: Chance): Outcome => {
  const changed = {
    id: chance.happens(0.3) ? changeText(chance, ID) : ID,
    token: chance.happens(0.7) ? changeText(chance, TOKEN) : TOKEN,
    kind: KINDS[chance.between(0, KINDS.length - 1)] ?? "stk",
  };
  const isGood = checkCallbackToken({ ...changed, secrets: [SECRET] });
  const isOurs = changed.id === ID && changed.token === TOKEN && changed.kind === "stk";
  return outcome(JSON.stringify(changed), false, { "a token was taken for another": isGood !== isOurs });
};

const digitsOf = (text: string): string => text.normalize("NFKC").replaceAll(/[^0-9]/g, "");
/** Letters that are read as digits, or left out, in ways of their own. */
const PLAIN = /^[\x20-\x7e]*$/;

const phone = (chance: Chance): Outcome => {
  const text = changeText(chance, PHONES[chance.between(0, PHONES.length - 1)] ?? "");
  const read = parseMsisdn(text);
  if (!read.ok) return outcome(text, false, {});
  return outcome(text, false, {
    "no Kenyan mobile number": !/^254[17]\d{8}$/.test(read.msisdn),
    "other digits than stand there": PLAIN.test(text) && !digitsOf(text).endsWith(read.msisdn.slice(3)),
    "read otherwise when read again": !isDeepStrictEqual(parseMsisdn(read.msisdn), read),
  });
};

const keys = PhoneKeysSecret.parse({ current: "the phone keys of the mutations, of 64 letters in real life" });
const vault = createPhoneVault(() => Promise.resolve(keys));
const QUERY = { storefront: "shop", filters: { reference: "INV-1" } };
const OTHER_QUERY = { storefront: "other", filters: { reference: "INV-1" } };
const POSITION = { at: 1_795_000_000_000, id: ID };
const cursors = writeCursor(vault, QUERY, POSITION);

const cursor = async (chance: Chance): Promise<Outcome> => {
  const made = await cursors;
  const text = chance.happens(0.9) ? changeText(chance, made) : made;
  const query = chance.happens(0.1) ? OTHER_QUERY : QUERY;
  const isOurs = query === QUERY && Buffer.from(text, "base64url").equals(Buffer.from(made, "base64url"));
  try {
    const read = await readCursor(vault, query, text);
    return outcome(text, false, { "a cursor was taken for another": !isOurs || !isDeepStrictEqual(read, POSITION) });
  } catch (fault) {
    if (!(fault instanceof BadCursor)) throw fault;
    return outcome(text, false, { "its own cursor was refused": text === made && query === QUERY });
  }
};

const target = (name: string, weight: number, run: Target["run"]): Target => ({ name, weight, run });

export const REQUEST_TARGETS: readonly Target[] = [
  target("API body", 12, apiBody),
  target("strict JSON", 6, strictJson),
  target("callback token", 4, token),
  target("phone number", 10, phone),
  target("cursor", 4, cursor),
];
