/**
 * The names M-PESA gives to things, in the forms seen on the wire. Every one is unique for the life of the simulator:
 * receipts walk through their whole space in large steps, ids carry a counter, and no two pushes share an instant.
 */
import type { Clock } from "./clock.ts";
import { checkoutStamp, nairobiStamp, receiptDate } from "./nairobi-time.ts";
import { drawText, type Random } from "./random.ts";

const HEX = "0123456789abcdef";
const LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const RECEIPT_SERIALS = 36 ** 7;
/** Shares no factor with 36, so the walk visits every serial once before it repeats. */
const RECEIPT_STEP = 48_431_716_939;

export type Ids = {
  /** 28 opaque characters. */
  token(): string;
  /** `1c5b-4ba8-815c-ac45c57a3db01495926`: the form of requestId and of the present MerchantRequestID. */
  request(): string;
  /** `ws_CO_` + ddMMyyyyHHmmssSSS in Nairobi + the last nine digits of the phone. */
  checkout(msisdn: string): string;
  /** `AG_20240706_20106e9209f64bebd05b`: what M-PESA calls a conversation. */
  conversation(): string;
  /** Ten characters; the first three tell the day. */
  receipt(): string;
};

/** What stands where a receipt would, when there is none: the same for everything on one day, so never a key. */
export const genericReceipt = (ms: number): string => `${receiptDate(ms)}0000000`;

export const createIds = (clock: Pick<Clock, "now">, random: Random): Ids => {
  let counter = 10_000 + Math.floor(random() * 80_000);
  let lastCheckoutMs = 0;
  let serial = Math.floor(random() * RECEIPT_SERIALS);
  return {
    token: () => drawText(random, LETTERS_AND_DIGITS, 28),
    request() {
      counter += 1;
      const hex = (length: number): string => drawText(random, HEX, length);
      return `${hex(4)}-4${hex(3)}-${drawText(random, "89ab", 1)}${hex(3)}-${hex(12)}${counter}`;
    },
    checkout(msisdn) {
      lastCheckoutMs = Math.max(clock.now(), lastCheckoutMs + 1);
      return `ws_CO_${checkoutStamp(lastCheckoutMs)}${msisdn.slice(-9)}`;
    },
    conversation() {
      counter += 1;
      const day = nairobiStamp(clock.now()).slice(0, 8);
      return `AG_${day}_2010${drawText(random, HEX, 8)}${counter.toString(16).padStart(8, "0")}`;
    },
    receipt() {
      serial = (serial + RECEIPT_STEP) % RECEIPT_SERIALS;
      return `${receiptDate(clock.now())}${serial.toString(36).toUpperCase().padStart(7, "0")}`;
    },
  };
};
