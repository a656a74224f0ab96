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
