/** Amounts and times as people in Kenya write them, the same on every device, whatever its own settings are. */

/** Shillings: `KSh 1,500`, and cents only where there are some. */
export const shillings = (amount: number): string => {
  const [whole = "0", cents = "00"] = amount.toFixed(2).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `KSh\u00a0${grouped}${cents === "00" ? "" : `.${cents}`}`;
};

const two = (value: number): string => String(value).padStart(2, "0");

/** Nairobi's time, which is UTC+3 all year: `21/11/2026 17:05`. */
export const nairobi = (at: number): string => {
  const local = new Date(at + 3 * 3_600_000);
  const day = `${two(local.getUTCDate())}/${two(local.getUTCMonth() + 1)}/${local.getUTCFullYear()}`;
  return `${day} ${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`;
};

/** `1:05`. */
export const minutes = (ms: number): string => {
  const seconds = Math.ceil(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
};
