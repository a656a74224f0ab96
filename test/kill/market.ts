/** What everybody in the load has: a way to ask, books to keep, a phone that rings, chance, and names that nobody else has. */
import { setTimeout as wait } from "node:timers/promises";

import type { Chance } from "../world/core/prng.ts";
import type { Order, Orders } from "./orders.ts";
import type { Wire } from "./wire.ts";

const SHORTCODE = "174379";
const PUSH = "/mpesa/stkpush/v1/processrequest";
const LOOK_MS = 200;
const MOST_LOOKS = 100;

export interface Phones {
  /** Something goes wrong with the next push to this phone. */
  readonly fault: (msisdn: string, fault: unknown) => Promise<unknown>;
  /** Picks the phone up once it rings; one that does not ring for twenty seconds is left alone. */
  readonly answer: (msisdn: string, action: string) => Promise<void>;
  /** Mends whatever stops payouts: the float and the initiator. */
  readonly mend: () => Promise<void>;
}

export interface Market {
  readonly wire: Wire;
  readonly orders: Orders;
  readonly phones: Phones;
  readonly chance: Chance;
  /** Never the same twice. */
  readonly nameOf: (what: string) => string;
  /** A number that nobody used before. */
  readonly newPhone: (prefix: string) => string;
  /** Places an order as clients do: some ask twice at once, and some use a key again for something else. */
  readonly place: Orders["place"];
}

/** One of the numbers whose behaviour is fixed. */
export const fixedPhone = (nn: number): string => `2547000000${String(nn).padStart(2, "0")}`;

const createPhones = (url: string): Phones => {
  const direct = async (path: string, body: unknown): Promise<boolean> =>
    (await fetch(`${url}${path}`, { method: "POST", body: JSON.stringify(body) })).ok;
  return {
    fault: (msisdn, fault) => direct("/simulator/faults", { match: { msisdn, path: PUSH }, times: 1, fault }),
    async answer(msisdn, action) {
      for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
        if (await direct(`/simulator/handsets/${msisdn}/answer`, { action })) return;
        await wait(LOOK_MS);
      }
    },
    async mend() {
      await direct("/simulator/initiators/testapi", { action: "unlock" });
      await direct(`/simulator/accounts/${SHORTCODE}`, { top_up: 100_000 });
    },
  };
};

const TWICE_AT_ONCE = 0.15;
const OTHER_BODY = 0.05;
const OTHER_AMOUNT = 7_777;

export type MarketOptions = Pick<Market, "wire" | "orders" | "chance"> & { readonly simulatorUrl: string };

export const openMarket = ({ wire, orders, chance, simulatorUrl }: MarketOptions): Market => {
  let numbers = chance.between(0, 999_999);
  const next = (): number => (numbers += 1);
  return {
    wire,
    orders,
    chance,
    phones: createPhones(simulatorUrl),
    nameOf: (what) => `${what}${next()}`,
    newPhone: (prefix) => `${prefix}${String(next() % 1e7).padStart(7, "0")}`,
    async place(asked) {
      const order: Order = await orders.place(asked);
      if (chance.happens(TWICE_AT_ONCE)) await Promise.all([orders.repeat(order), orders.repeat(order)]);
      if (chance.happens(OTHER_BODY)) await orders.change(order, { ...asked.body, amount: OTHER_AMOUNT });
      return order;
    },
  };
};
