/**
 * How long the API operator's password still lives. Safaricom ends it after ninety days and tells nobody, so whoever stores
 * it writes down since when it is what it is.
 */
import * as z from "zod";

const DAY_MS = 86_400_000;
export const PASSWORD_LIVES_DAYS = 90;
/** So many days before its end somebody is reminded. */
const REMIND_DAYS = 14;

/** What of the Daraja secret says so; everything else in it is passed over. */
export const PasswordSince = z
  .looseObject({ initiator_password: z.string().optional(), initiator_password_since: z.iso.date().optional() })
  .transform(({ initiator_password: password, initiator_password_since: since }) => ({
    hasOperator: password !== undefined && password !== "",
    since: since === undefined ? null : Date.parse(since),
  }));
export type PasswordSince = z.infer<typeof PasswordSince>;

/** Days until the password ends, by the day; less than 0 when it has; null when nobody wrote down since when it is. */
export const daysLeft = ({ since }: PasswordSince, now: number): number | null =>
  since === null ? null : PASSWORD_LIVES_DAYS - Math.floor((now - since) / DAY_MS);

/** Whether somebody has to be reminded, also when nobody knows how old it is. */
export const isAgeing = (password: PasswordSince, now: number): boolean =>
  password.hasOperator && (daysLeft(password, now) ?? 0) <= REMIND_DAYS;
