/**
 * What M-PESA takes for a transaction, as data: tariffs change. Amounts and fees in whole shillings; an amount with cents
 * falls into the band of the next whole shilling.
 */
type Band = readonly [upTo: number, fee: number];

/** What a payout costs the organisation (Safaricom's B2C tariff of 2023). */
const B2C_FEES: readonly Band[] = [
  [100, 0],
  [1500, 5],
  [5000, 9],
  [20_000, 11],
  [Infinity, 13],
];

/** What a payment to a paybill costs in all (2024/25). */
const C2B_FEES: readonly Band[] = [
  [100, 0],
  [500, 5],
  [1000, 10],
  [1500, 15],
  [2500, 20],
  [3500, 25],
  [5000, 34],
  [7500, 42],
  [10_000, 48],
  [15_000, 57],
  [20_000, 62],
  [25_000, 67],
  [30_000, 72],
  [35_000, 83],
  [40_000, 99],
  [45_000, 103],
  [Infinity, 108],
];

/** The organisation's share of it where the two split it (Mgao). */
const C2B_SHARES: readonly Band[] = [
  [500, 0],
  [1000, 0],
  [1500, 5],
  [2500, 7],
  [3500, 9],
  [5000, 18],
  [7500, 25],
  [10_000, 30],
  [15_000, 39],
  [20_000, 43],
  [25_000, 47],
  [30_000, 52],
  [35_000, 62],
  [40_000, 76],
  [45_000, 80],
  [Infinity, 84],
];

const feeIn = (bands: readonly Band[], amount: number): number => bands.find(([upTo]) => amount <= upTo)?.[1] ?? 0;

/** Whole shillings for a payout of `amount` shillings. */
export const payoutFee = (amount: number): number => feeIn(B2C_FEES, amount);

/** Who pays for a customer's payment. */
export const c2bTariffs = ["customer", "shared", "business"] as const;
export type C2bTariff = (typeof c2bTariffs)[number];

const shareOf: Record<C2bTariff, readonly Band[]> = { customer: [], shared: C2B_SHARES, business: C2B_FEES };

/** What the organisation pays for a payment of `amount` shillings, in whole shillings. */
export const paymentFee = (tariff: C2bTariff, amount: number): number => feeIn(shareOf[tariff], amount);
