/**
 * The browser's token: for a while it lets a payer's page read one payment, or see and pay one checkout session, and
 * nothing else. It names its subject and its end in clear and is signed, so it needs no storage and can't be turned to
 * another.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { honouredOf } from "../domain/rotating.ts";
import type { Signing } from "../domain/rotating.ts";

const PREFIX = "ct_";
/** Long enough for a slow payer and a late success, short enough to be worthless in a log. */
export const CLIENT_TOKEN_MS = 2 * 60 * 60 * 1000;

const sign = (secret: string, payload: string): string =>
  createHmac("sha256", secret).update(`malipo client token\n${payload}`).digest("base64url").slice(0, 32);

const equal = (left: string, right: string): boolean => {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
};

/** A token for the payment or checkout session `subject` that lasts until `until` (epoch milliseconds, kept to the second). */
export const mintClientToken = (subject: string, until: number, secrets: Signing): string => {
  const payload = `${subject}.${Math.floor(until / 1000).toString(36)}`;
  return `${PREFIX}${payload}.${sign(secrets.current, payload)}`;
};

/** What `token` is about, or null when it is malformed, forged or over. */
export const readClientToken = (token: string, now: number, secrets: Signing): string | null => {
  if (!token.startsWith(PREFIX) || token.length > 128) return null;
  const [subject, until, signature, ...rest] = token.slice(PREFIX.length).split(".");
  if (subject === undefined || until === undefined || signature === undefined || rest.length > 0) return null;
  const genuine = honouredOf(secrets)
    .map((secret) => equal(sign(secret, `${subject}.${until}`), signature))
    .includes(true);
  return genuine && Number.parseInt(until, 36) * 1000 > now ? subject : null;
};
