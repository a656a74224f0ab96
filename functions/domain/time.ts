/**
 * Nairobi time. M-PESA writes local time without an offset, always UTC+3 (Kenya has no daylight saving); inside Malipo
 * a moment is epoch milliseconds and nothing else. What must stay true: a text that names no real moment is null, never
 * the moment next to it.
 */

/** Kenya's distance from UTC, in milliseconds. */
const NAIROBI_MS = 3 * 3_600_000;
const DAY_MS = 86_400_000;

/** A moment in UTC, as the API writes it: `2026-11-21T14:05:09.000Z`. Throws a RangeError outside the calendar. */
export const utcIso = (ms: number): string => new Date(ms).toISOString();

const nairobiIso = (ms: number): string => utcIso(ms + NAIROBI_MS);

/** Daraja's `Timestamp`: Nairobi time as `yyyyMMddHHmmss`. */
export const darajaTimestamp = (ms: number): string => nairobiIso(ms).slice(0, 19).replace(/[-T:]/g, "");

/** The day in Nairobi: `2026-11-21`. */
export const nairobiDay = (ms: number): string => nairobiIso(ms).slice(0, 10);

/** Nairobi time as people write it: `2026-11-21 17:05:09`. */
export const nairobiTime = (ms: number): string => nairobiIso(ms).slice(0, 19).replace("T", " ");

/** The fields of a local time, in the order that Date.UTC takes them, the month counted from one. */
type LocalFields = readonly [year: number, month: number, day: number, hour: number, minute: number, second: number];

/** Null when a field is out of its range: Date would carry 31 November over into December. */
const fromNairobi = ([year, month, day, hour, minute, second]: LocalFields): number | null => {
  const shifted = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(shifted);
  const kept =
    year >= 1000 &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  return kept ? shifted - NAIROBI_MS : null;
};

const COMPACT = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/;
const DOTTED = /^(\d\d)\.(\d\d)\.(\d{4}) (\d\d):(\d\d):(\d\d)$/;

/**
 * Reads a moment as M-PESA writes it, to epoch milliseconds: `yyyyMMddHHmmss` as text or number (callbacks, C2B) and
 * `dd.MM.yyyy HH:mm:ss` (B2C results). Null when it is neither or names no real moment.
 */
export const readMpesaTime = (value: string | number): number | null => {
  const text = String(value).trim();
  const compact = COMPACT.exec(text)?.slice(1).map(Number);
  if (compact) {
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = compact;
    return fromNairobi([year, month, day, hour, minute, second]);
  }
  const dotted = DOTTED.exec(text)?.slice(1).map(Number);
  if (!dotted) return null;
  const [day = 0, month = 0, year = 0, hour = 0, minute = 0, second = 0] = dotted;
  return fromNairobi([year, month, day, hour, minute, second]);
};

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;

/**
 * A Nairobi day as epoch milliseconds: from its first moment until, not including, the first moment of the next. Null
 * when the text is not a day of the calendar written `yyyy-MM-dd`.
 */
export const dayBounds = (day: string): { readonly from: number; readonly until: number } | null => {
  const fields = DAY.exec(day)?.slice(1).map(Number);
  if (!fields) return null;
  const [year = 0, month = 0, date = 0] = fields;
  const from = fromNairobi([year, month, date, 0, 0, 0]);
  return from === null ? null : { from, until: from + DAY_MS };
};
