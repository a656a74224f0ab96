/** Since when the API operator's password is what it is: kept beside it, so that somebody can be reminded of its end. */
import { daysLeft, PasswordSince, PASSWORD_LIVES_DAYS } from "../functions/daraja/password-age.ts";
import { canonicalJson } from "../functions/domain/canonical-json.ts";
import type { Storable } from "./credential-fields.ts";

const readJson = (text: string | null): unknown => {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return null;
  }
};

const readSince = (stored: string | null): PasswordSince => {
  const parsed = PasswordSince.safeParse(readJson(stored));
  return parsed.success ? parsed.data : { hasOperator: false, since: null };
};

const passwordIn = (stored: string | null): unknown => {
  const value = readJson(stored);
  return typeof value === "object" && value !== null && "initiator_password" in value ? value.initiator_password : null;
};

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The text to store: with the day of the password, which is today's unless the password is as it was. */
export const withPasswordDate = (
  { text, credentials }: Storable,
  { stored, now }: { readonly stored: string | null; readonly now: number },
): string => {
  const { initiator } = credentials;
  if (initiator === null) return text;
  const known = passwordIn(stored) === initiator.password ? readSince(stored).since : null;
  const fields: unknown = JSON.parse(text);
  return canonicalJson({ ...Object(fields), initiator_password_since: dayOf(known ?? now) });
};

/** A sentence about the password's age; null when there is no operator. */
export const passwordWords = (stored: string | null, now: number): string | null => {
  const password = readSince(stored);
  if (!password.hasOperator) return null;
  const left = daysLeft(password, now);
  if (password.since === null || left === null)
    return "Nobody wrote down since when the initiator's password is what it is: store it again with put or propose.";
  const since = `The initiator's password is of ${dayOf(password.since)} or older`;
  return left > 0
    ? `${since}: at most ${left} of its ${PASSWORD_LIVES_DAYS} days are left.`
    : `${since}: its ${PASSWORD_LIVES_DAYS} days are over. Change it in Safaricom's portal.`;
};
