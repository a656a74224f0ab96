/**
 * The URL that Daraja calls back. Daraja returns nothing of ours in an STK callback, so the URL ties a callback to its
 * transaction, and its token is the only thing that proves we handed it out. What must stay true: a URL that Daraja would
 * refuse is never sent, and a token is compared in constant time before anything is read.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { ID_LENGTH, named130 } from "../domain/ids.ts";
import { honouredOf, lastingOf } from "../domain/rotating.ts";
import type { Signing } from "../domain/rotating.ts";
import { DARAJA } from "./environment.ts";
import type { DarajaEnvironment } from "./environment.ts";

/**
 * What is called back about; the path segment is the same word. `-late` is where Daraja says that M-PESA did not answer
 * in time (QueueTimeOutURL). `status` is about a payout or refund, `receipt` about an exception that names one, `balance`
 * about a question of its own. The two of C2B are about a shortcode, so one URL serves every payment to it.
 */
export const CALLBACK_KINDS = [
  "stk",
  "b2c",
  "b2c-late",
  "status",
  "status-late",
  "receipt",
  "receipt-late",
  "balance",
  "balance-late",
  "reversal",
  "reversal-late",
  "c2b-validation",
  "c2b-confirmation",
] as const;
export type CallbackKind = (typeof CALLBACK_KINDS)[number];

/** M-PESA takes their addresses once, for years; no rotation may change what they are signed with. */
const KEPT_FOR_GOOD: readonly CallbackKind[] = ["c2b-validation", "c2b-confirmation"];

/** What an address of that kind is signed with, and what one may have been signed with that comes back. */
export const addressSecrets = (
  kind: CallbackKind,
  signing: Signing,
): { readonly signsWith: string; readonly honoured: readonly string[] } => {
  const signsWith = KEPT_FOR_GOOD.includes(kind) ? lastingOf(signing) : signing.current;
  return { signsWith, honoured: [signsWith, ...honouredOf(signing)] };
};

interface Callback {
  readonly kind: CallbackKind;
  /** The id of the transaction, the exception or the balance question, or the shortcode. */
  readonly id: string;
}

/** Length before text, so that no two pairs of kind and id are signed as the same bytes. */
const signed = ({ kind, id }: Callback): string =>
  [kind, id].map((part) => `${Buffer.byteLength(part)}:${part}`).join("");

/** The token of one callback URL: HMAC-SHA256 over kind and id, in an alphabet that spells no word Daraja refuses. */
export const callbackToken = (callback: Callback & { readonly secret: string }): string =>
  named130(createHmac("sha256", callback.secret).update(signed(callback)).digest());

/**
 * Whether `token` belongs to this kind and id under one of `secrets` (the current one and, after a rotation, the one
 * before). Takes the same time whatever is wrong with the token.
 */
export const checkCallbackToken = (
  callback: Callback & { readonly token: string; readonly secrets: readonly string[] },
): boolean => {
  const given = Buffer.alloc(ID_LENGTH);
  const length = given.write(callback.token, "utf8");
  const rightLength = length === ID_LENGTH && callback.token.length === ID_LENGTH;
  return callback.secrets
    .map((secret) => timingSafeEqual(given, Buffer.from(callbackToken({ ...callback, secret }), "latin1")))
    .reduce((found, equal) => found || (equal && rightLength), false);
};

/** `<base>/callbacks/v1/<kind>/<id>/<token>`. `baseUrl` is an origin or an origin with a path. */
export const callbackUrl = (callback: Callback & { readonly baseUrl: string; readonly secret: string }): string =>
  `${callback.baseUrl.replace(/\/+$/, "")}/callbacks/v1/${callback.kind}/${callback.id}/${callbackToken(callback)}`;

/**
 * Words that Daraja refuses anywhere in a callback URL, host name included, in any case (Daraja portal, C2B). Its sandbox
 * was seen to take them for STK, so there a host may carry one: API Gateway's default host does.
 */
const REFUSED_WORDS = ["m-pesa", "mpesa", "safaricom", "exec", "exe", "cmd", "sql", "query"] as const;

/** Longer than any URL we build on a sensible base, far below what breaks elsewhere. */
const MAX_LENGTH = 255;

/** Daraja's validator stumbles over everything else, such as upper case, spaces, `?` and `%`. */
const PLAIN = /^[a-z0-9:/._~-]+$/;

/** Hosts that stand for a tunnel or a request bin; Daraja refuses them in production. */
const TUNNELS =
  /(^|\.)(ngrok(-free)?\.(io|com|app|dev)|trycloudflare\.com|loca\.lt|localtunnel\.me|serveo\.net|webhook\.site|requestbin\.(com|net)|pipedream\.net|mockbin\.(org|io|com)|beeceptor\.com|hookbin\.com)$/;

/** Names that no public resolver answers, and addresses that nobody outside can reach. */
const PRIVATE_NAMES = /^[^.]+$|\.(local|localhost|internal|intranet|lan|home|corp|test|example|invalid)$/;
const PRIVATE_ADDRESSES =
  /^(0|10|127|169\.254|192\.168|192\.0\.[02]|198\.1[89]|198\.51\.100|203\.0\.113|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])|2(2[4-9]|[345]\d))\./;

const whyNotPublic = (url: URL): string | null => {
  const { hostname } = url;
  if (url.protocol !== "https:") return "production callbacks must be https";
  if (url.port !== "") return "production callbacks must use the standard port";
  if (TUNNELS.test(hostname)) return `${hostname} is a tunnel or a request bin, which Daraja refuses in production`;
  if (PRIVATE_NAMES.test(hostname) || PRIVATE_ADDRESSES.test(hostname))
    return `${hostname} can't be reached from outside, and Safaricom is outside`;
  return null;
};

const HOST = /^[a-z]+:\/\/[^/]*/i;

const whyNotPlain = (text: string, environment: DarajaEnvironment): string | null => {
  if (text.length > MAX_LENGTH) return `it is ${text.length} characters long, and ${MAX_LENGTH} are allowed`;
  const anyHost = DARAJA[environment].callbackPolicy === "any_host";
  const checked = (anyHost ? text.replace(HOST, "") : text).toLowerCase();
  const word = REFUSED_WORDS.find((refused) => checked.includes(refused));
  if (word !== undefined) {
    const hint = text.includes("execute-api")
      ? "; an API Gateway default host contains it, so give the callbacks a domain of their own"
      : "";
    return `it contains "${word}", a word that Daraja refuses anywhere in a callback URL, host name included${hint}`;
  }
  if (!PLAIN.test(text))
    return "only lower-case letters, digits and - . _ ~ / : are safe in it: no spaces, ? # % or upper case";
  if (!URL.canParse(text)) return "it is not a URL";
  return null;
};

export type CallbackUrlCheck = { readonly ok: true } | { readonly ok: false; readonly because: string };

/**
 * Whether Daraja takes this callback URL, or a base for such URLs. Pure: the stage's domain is checked by it when the
 * stacks are synthesised, and every URL again before it is sent. `because` completes "this callback URL can't be used:".
 */
export const checkCallbackUrl = (text: string, environment: DarajaEnvironment): CallbackUrlCheck => {
  const plain = whyNotPlain(text, environment);
  if (plain !== null) return { ok: false, because: plain };
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:")
    return { ok: false, because: "it is neither https nor http" };
  if (url.href !== text && url.href !== `${text}/`)
    return { ok: false, because: `it is not in normal form, which is ${url.href}` };
  const hidden = DARAJA[environment].callbackPolicy === "public_https" ? whyNotPublic(url) : null;
  return hidden === null ? { ok: true } : { ok: false, because: hidden };
};
