/**
 * M-PESA's clock: Nairobi, three hours ahead of UTC, no daylight saving, written without an offset.
 */
const EAST_AFRICA_OFFSET_MS = 3 * 60 * 60 * 1000;

const inNairobi = (ms: number): Date => new Date(ms + EAST_AFRICA_OFFSET_MS);

const digits = (value: number, width: number): string => String(value).padStart(width, "0");

/** `yyyyMMddHHmmss`, the form of Timestamp and TransactionDate. */
export const nairobiStamp = (ms: number): string => inNairobi(ms).toISOString().replace(/\D/g, "").slice(0, 14);

/** `dd.MM.yyyy HH:mm:ss`, the form of TransactionCompletedDateTime and of nothing else. */
export const dottedStamp = (ms: number): string => {
  const [year = "", month = "", day = ""] = inNairobi(ms).toISOString().slice(0, 10).split("-");
  return `${day}.${month}.${year} ${inNairobi(ms).toISOString().slice(11, 19)}`;
};

/** `2026-09-21T12:00:00`: Nairobi's day and time in ISO's form, without an offset. */
export const nairobiIso = (ms: number): string => inNairobi(ms).toISOString().slice(0, 19);

/** An instant as the control API writes it: ISO 8601 in UTC. */
export const isoTime = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** `ddMMyyyyHHmmssSSS`, the form inside a CheckoutRequestID. */
export const checkoutStamp = (ms: number): string => {
  const [year, month, day, time] = /^(\d{4})(\d{2})(\d{2})(\d{9})$/
    .exec(inNairobi(ms).toISOString().replace(/\D/g, ""))
    ?.slice(1) ?? ["", "", "", ""];
  return `${day ?? ""}${month ?? ""}${year ?? ""}${time ?? ""}`;
};

/** The first three characters of a receipt: year (L is 2017), month (A is January), day (1-9, then A is 10). */
export const receiptDate = (ms: number): string => {
  const date = inNairobi(ms);
  const letter = (index: number): string => String.fromCharCode("A".charCodeAt(0) + (index % 26));
  return `${letter(date.getUTCFullYear() - 2006)}${letter(date.getUTCMonth())}${date.getUTCDate().toString(36).toUpperCase()}`;
};

/** Reads `yyyyMMddHHmmss` as Nairobi time, in milliseconds since the epoch; null when it names no real instant. */
export const readNairobiStamp = (text: string): number | null => {
  const parts = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second) - EAST_AFRICA_OFFSET_MS;
  return nairobiStamp(ms) === `${digits(year, 4)}${text.slice(4)}` ? ms : null;
};

/** Reads `yyyy-MM-dd H:mm:ss` as Nairobi time, as a pull writes its window; null when it names no real instant. */
export const readPullTime = (text: string): number | null => {
  const [, date, hour = "", rest] = /^(\d{4}-\d{2}-\d{2}) (\d{1,2})(:\d{2}:\d{2})$/.exec(text) ?? [];
  return date === undefined
    ? null
    : readNairobiStamp(`${date}${hour.padStart(2, "0")}${rest ?? ""}`.replace(/\D/g, ""));
};

/** Orders in which a statement's dates are seen: the portal's own, its ISO one, and what an American spreadsheet saves. */
export const dateOrders = ["day_first", "year_first", "month_first"] as const;
export type DateOrder = (typeof dateOrders)[number];

/** `21-09-2026 12:00:00`, or in another order, or with `/` between. */
export const statementTime = (ms: number, order: DateOrder, between: "-" | "/"): string => {
  const [date = "", time = ""] = nairobiIso(ms).split("T");
  const [year = "", month = "", day = ""] = date.split("-");
  const parts = { day_first: [day, month, year], year_first: [year, month, day], month_first: [month, day, year] };
  return `${parts[order].join(between)} ${time}`;
};

const DAY_MS = 86_400_000;

/** The first millisecond of the Nairobi day in which `ms` lies. */
export const startOfDay = (ms: number): number =>
  Math.floor((ms + EAST_AFRICA_OFFSET_MS) / DAY_MS) * DAY_MS - EAST_AFRICA_OFFSET_MS;

export const endOfDay = (ms: number): number => startOfDay(ms) + DAY_MS - 1;
