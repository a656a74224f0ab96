/**
 * What one seed is about: which payments move and how, who listens, how those who listen behave, what owners do, and how
 * often which thing goes wrong. What must stay true: a scenario is plain data, so one that broke a world can be kept.
 */
import type { EventType, Subscription } from "../../../functions/domain/webhook-event.ts";
import type { Chance } from "../core/prng.ts";
import { SPREAD_MS, drawFaultsStop, drawOutage, drawRates } from "./rates.ts";
import type { Outage, Rates } from "./rates.ts";
import { drawReceiver } from "./spells.ts";
import type { Receiver } from "./spells.ts";

/** One has many endpoints, one has one or two, one has none. */
export const STOREFRONTS = ["duka", "soko", "bila"] as const;
export type StorefrontName = (typeof STOREFRONTS)[number];

export interface EndpointPlan {
  readonly name: string;
  readonly storefront: StorefrontName;
  readonly events: readonly Subscription[];
  readonly receiver: Receiver;
  /** When its owner makes it, milliseconds after the world begins. */
  readonly at: number;
}

/** What M-PESA says of a payment. */
export type Word = "accepted" | "paid" | "unpaid" | "unclassified" | "unknown" | "other_amount";

export interface PaymentPlan {
  readonly key: string;
  readonly storefront: StorefrontName;
  readonly msisdn: string;
  /** Shillings. */
  readonly amount: number;
  readonly at: number;
  /** When payers open their page, and how long they stay; null for those who don't. */
  readonly page: { readonly afterMs: number; readonly staysMs: number; readonly vanishes: boolean } | null;
  readonly words: readonly { readonly word: Word; readonly afterMs: number }[];
}

/** A payment from the phone's menu, which may turn out to be another storefront's. */
export interface MenuPlan {
  readonly receipt: string;
  readonly msisdn: string;
  readonly amount: number;
  readonly at: number;
  readonly routedTo: StorefrontName | null;
  readonly routedAfterMs: number;
}

export type DeedName = "disable" | "enable" | "rotate" | "move" | "delete" | "redeliver" | "redeliver_all" | "test";

/** What an owner does with an endpoint. */
export interface Deed {
  readonly endpoint: string;
  readonly deed: DeedName;
  readonly at: number;
  /** How many people do it at once. */
  readonly desks: number;
}

export interface Scenario {
  readonly endpoints: readonly EndpointPlan[];
  readonly payments: readonly PaymentPlan[];
  readonly menu: readonly MenuPlan[];
  readonly deeds: readonly Deed[];
  readonly outages: readonly Outage[];
  readonly rates: Rates;
  readonly faultsStopMs: number;
  /** Shards of the ledger's stream. */
  readonly shards: number;
  /** Nights, counted from the first, in which the clock makes the days' roots; in some it does so twice at once. */
  readonly nights: readonly { readonly night: number; readonly twice: boolean }[];
}

/** How many of the worlds have a rush. */
const RUSHES = 0.08;

const times = <T>(count: number, make: (place: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, place) => make(place));

const SOME_EVENTS = ["payment.succeeded", "payment.failed", "exception.opened", "endpoint.disabled"] as const;

const drawEvents = (chance: Chance): readonly Subscription[] =>
  chance.happens(0.6)
    ? ["*"]
    : [...new Set<EventType & Subscription>([chance.pick([...SOME_EVENTS]), "payment.succeeded"])];

const drawEndpoints = (chance: Chance): readonly EndpointPlan[] => {
  const many = chance.happens(0.04) ? chance.between(8, 16) : chance.between(1, 3);
  const places: readonly StorefrontName[] = [
    ...Array.from({ length: many }, () => "duka" as const),
    ...Array.from({ length: chance.between(0, 2) }, () => "soko" as const),
  ];
  return places.map((storefront, place) => ({
    name: `e${place}`,
    storefront,
    events: drawEvents(chance),
    receiver: drawReceiver(chance),
    at: chance.happens(0.8) ? 0 : chance.between(0, SPREAD_MS),
  }));
};

const drawWords = (chance: Chance): PaymentPlan["words"] => {
  const soon = (): number => chance.between(300, 60_000);
  const words: PaymentPlan["words"][number][] = [
    { word: chance.happens(0.85) ? "accepted" : "unknown", afterMs: chance.between(200, 2_000) },
    { word: chance.pick<Word>(["paid", "paid", "paid", "unpaid", "unclassified", "other_amount"]), afterMs: soon() },
  ];
  if (chance.happens(0.3)) words.push({ word: chance.pick<Word>(["paid", "unpaid", "other_amount"]), afterMs: soon() });
  return words;
};

const drawPage = (chance: Chance): PaymentPlan["page"] =>
  chance.happens(0.35)
    ? { afterMs: chance.between(100, 5_000), staysMs: chance.between(1_000, 200_000), vanishes: chance.happens(0.5) }
    : null;

const drawPayment = (chance: Chance, place: number): PaymentPlan => ({
  key: `order-${place}`,
  storefront: chance.pick<StorefrontName>(["duka", "duka", "soko", "bila"]),
  msisdn: `2547${String(10_000_000 + chance.between(0, 8_999) * 1_000 + place)}`,
  amount: chance.between(1, 2_000),
  at: chance.between(0, SPREAD_MS),
  page: drawPage(chance),
  words: drawWords(chance),
});

/** Many who pay one storefront within seconds. */
const drawRush = (chance: Chance, from: number): readonly PaymentPlan[] => {
  const at = chance.between(0, SPREAD_MS);
  return times(chance.between(14, 20), (place) => ({
    ...drawPayment(chance, from + place),
    storefront: "duka",
    at: at + chance.between(0, 3_000),
    page: null,
    words: [{ word: "paid", afterMs: chance.between(300, 5_000) }],
  }));
};

const drawMenu = (chance: Chance, place: number): MenuPlan => ({
  receipt: `TKM${String(place).padStart(4, "0")}${chance.between(100, 999)}`,
  msisdn: `25471${String(chance.between(1_000_000, 9_999_999))}`,
  amount: chance.between(1, 2_000),
  at: chance.between(0, SPREAD_MS),
  routedTo: chance.happens(0.6) ? chance.pick<StorefrontName>(["soko", "duka"]) : null,
  routedAfterMs: chance.between(5_000, 300_000),
});

const DEEDS: readonly [DeedName, ...DeedName[]] = [
  "disable",
  "enable",
  "rotate",
  "rotate",
  "move",
  "delete",
  "redeliver",
  "redeliver",
  "redeliver",
  "redeliver_all",
  "redeliver_all",
  "test",
];
/** Deeds of the first hour, and of the days after. */
const DAY_MS = 86_400_000;

const drawDeed = (chance: Chance, endpoints: readonly EndpointPlan[]): Deed => ({
  endpoint: endpoints[chance.between(0, endpoints.length - 1)]?.name ?? "e0",
  deed: chance.pick(DEEDS),
  at: chance.happens(0.7) ? chance.between(20_000, 25 * 60_000) : chance.between(0, 6 * DAY_MS),
  desks: chance.happens(0.3) ? 2 : 1,
});

/** The scenario of a chance, with `most` payments at most. */
export const drawScenario = (chance: Chance, most: number): Scenario => {
  const rates = drawRates(chance);
  const endpoints = drawEndpoints(chance);
  const payments = times(chance.between(Math.ceil(most / 2), most), (place) => drawPayment(chance, place));
  return {
    rates,
    endpoints,
    payments:
      chance.happens(RUSHES) && endpoints.length < 4 ? [...payments, ...drawRush(chance, payments.length)] : payments,
    menu: times(chance.happens(0.5) ? chance.between(1, 2) : 0, (place) => drawMenu(chance, place)),
    deeds: times(chance.happens(0.8) ? chance.between(1, 8) : 0, () => drawDeed(chance, endpoints)),
    outages: times(chance.happens(0.5) ? chance.between(1, 2) : 0, () => drawOutage(chance)),
    faultsStopMs: drawFaultsStop(chance),
    shards: chance.between(1, 3),
    nights: [0, 1, 2, 7].flatMap((night) =>
      night === 7 || chance.happens(0.7) ? [{ night, twice: chance.happens(0.2) }] : [],
    ),
  };
};
