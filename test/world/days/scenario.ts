/**
 * What a world of days is about: payments around midnights, files that people hand in, days that they have closed, and
 * exceptions that they look at. Plain data. What must stay true: a seed draws one scenario, and everything of it happens
 * by its place on the world's clock.
 */
import { RESOLUTIONS } from "../../../functions/domain/exception-states.ts";
import type { Chance } from "../core/prng.ts";
import { drawScenario as drawPayments } from "../payments/scenario.ts";
import type { Scenario as Payments } from "../payments/scenario.ts";
import { FINAL_MS, MIDNIGHT_MS, drawRates } from "./rates.ts";
import type { Rates } from "./rates.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What somebody, or the portal, does to a row of a file. */
const ROW_FAULTS = ["missing", "doubled", "amount", "receipt", "time", "account", "other_day", "stranger"] as const;

export interface RowFault {
  readonly kind: (typeof ROW_FAULTS)[number];
  /** Which row, in [0, 1) of the file. */
  readonly place: number;
  /** Shillings or minutes that it is off by. */
  readonly by: number;
}

/** A statement that somebody exports and hands in. */
export interface StatementPlan {
  /** Milliseconds after the world begins. */
  readonly at: number;
  /** The first of the world's days that it covers, and how many. */
  readonly first: number;
  readonly days: number;
  readonly template: "classic" | "current";
  readonly faults: readonly RowFault[];
  /** `another`: of somebody else's shortcode, by a slip. */
  readonly of: "ours" | "another";
  /** How often the bucket tells of the file; `never`: it is asked for and never uploaded. */
  readonly upload: "once" | "twice" | "never";
  /** So long afterwards the same file is handed in as another statement; null when it is not. */
  readonly againAfterMs: number | null;
}

/** Somebody has a day closed, now. */
interface ClosePlan {
  readonly at: number;
  readonly day: number;
}

/** Somebody looks at what is in the exceptions. */
export interface Round {
  readonly at: number;
  readonly resolution: (typeof RESOLUTIONS)[number];
  /**
   * `both`: two desks at once, with different words. `reversed`: it is noted after it was resolved, and resolved again.
   * `asked`: M-PESA is asked about it, and nobody resolves it.
   */
  readonly how: "one" | "both" | "reversed" | "asked";
}

export interface Scenario extends Payments {
  readonly rates: Rates;
  /** Whether M-PESA asks before it takes money from the menu. */
  readonly validates: boolean;
  readonly statements: readonly StatementPlan[];
  readonly closes: readonly ClosePlan[];
  readonly rounds: readonly Round[];
}

/** Where orders come: at noon, around midnight in Nairobi, and around midnight in UTC. */
const PHASES = [
  0,
  MIDNIGHT_MS - 4 * MINUTE_MS,
  MIDNIGHT_MS - 4 * MINUTE_MS,
  MIDNIGHT_MS + 3 * HOUR_MS - 4 * MINUTE_MS,
] as const;
/** Where nothing works for a while: with the orders, and with the closings. */
const OUTAGES = [...PHASES, MIDNIGHT_MS + 2 * HOUR_MS, MIDNIGHT_MS + 26 * HOUR_MS] as const;
/** Around the second midnight. */
const LATE = { least: 35.8 * HOUR_MS, most: 36.2 * HOUR_MS } as const;
const PULL_HOURS = [1, 4, 13, 16, 30, 41, 46.5, 48] as const;
const ROUNDS = [15, 22, 26, 40, 45, 49] as const;

const drawFaults = (chance: Chance): readonly RowFault[] =>
  Array.from({ length: chance.happens(0.6) ? chance.between(1, 4) : 0 }, () => ({
    kind: chance.pick(ROW_FAULTS),
    place: chance.next(),
    by: chance.pick([-1, 1, 1]) * chance.between(1, 20),
  }));

/** In which form a file is, and whose it is: a file of the newer form does not say, so nobody could see the slip. */
const formOf = (chance: Chance): Pick<StatementPlan, "template" | "of"> =>
  chance.happens(0.1)
    ? { template: "classic", of: "another" }
    : { template: chance.pick(["classic", "classic", "current"]), of: "ours" };

const drawStatement = (
  chance: Chance,
  { at, first, days }: Pick<StatementPlan, "at" | "first" | "days">,
): StatementPlan => ({
  at: Math.floor(at + chance.next() * 3 * HOUR_MS),
  first,
  days,
  faults: drawFaults(chance),
  ...formOf(chance),
  upload: chance.pick(["once", "once", "once", "once", "twice", "twice", "never"]),
  againAfterMs: chance.happens(0.25) ? chance.between(0, 2 * HOUR_MS) : null,
});

const drawStatements = (chance: Chance): readonly StatementPlan[] => {
  const plans: StatementPlan[] = [];
  const add = (rate: number, plan: Pick<StatementPlan, "at" | "first" | "days">): void => {
    if (chance.happens(rate)) plans.push(drawStatement(chance, plan));
  };
  add(0.1, { at: 5 * HOUR_MS, first: 0, days: 1 });
  add(0.7, { at: MIDNIGHT_MS + 3 * HOUR_MS, first: 0, days: 1 });
  add(0.4, { at: MIDNIGHT_MS + 10 * HOUR_MS, first: 0, days: 1 });
  add(0.6, { at: MIDNIGHT_MS + 27 * HOUR_MS, first: 1, days: 1 });
  add(0.5, { at: MIDNIGHT_MS + 28 * HOUR_MS, first: 0, days: 2 });
  if (chance.happens(0.6))
    plans.push({
      ...drawStatement(chance, { at: FINAL_MS, first: 0, days: 2 }),
      ...{ at: FINAL_MS, faults: [], of: "ours", upload: "once" },
    });
  return plans;
};

const drawRound = (chance: Chance, hour: number): Round => ({
  at: hour * HOUR_MS + chance.between(0, HOUR_MS),
  resolution: chance.pick(RESOLUTIONS),
  how: chance.pick(["one", "both", "reversed", "asked"]),
});

/** Callbacks that are late come hours late as well, after their day was closed. */
const later = (chance: Chance, rule: Payments["rules"][number]): Payments["rules"][number] => {
  const { callback } = rule.fault;
  if (callback?.delay_ms === undefined || !chance.happens(0.5)) return rule;
  return {
    ...rule,
    fault: {
      ...rule.fault,
      callback: { ...callback, delay_ms: callback.delay_ms * 8 },
    },
  };
};

/** What may become of a confirmation: it comes from elsewhere, twice, hours late, or not at all. */
const confirmationRule = (chance: Chance, msisdn: string): Payments["rules"] => {
  if (!chance.happens(0.5)) return [];
  const callback = chance.pick([
    { source_address: "127.0.0.2" },
    { source_address: "127.0.0.2" },
    { copies: 2 },
    { delay_ms: chance.between(HOUR_MS, 8 * HOUR_MS) },
    { drop: true },
  ]);
  return [
    {
      match: { path: "/c2b/confirmation", msisdn },
      times: 1,
      fault: { callback },
    },
  ];
};

/** The payments of a chance, moved to where days end. */
const drawMoved = (chance: Chance, most: number): Payments => {
  const { latePullsDie: _, ...drawn } = drawPayments(chance, most);
  const phases = new Map<string, number>();
  for (const { msisdn } of drawn.orders) phases.set(msisdn, chance.pick(PHASES));
  const orders = drawn.orders.map((order) => ({
    ...order,
    at: order.at + (phases.get(order.msisdn) ?? 0),
  }));
  const phaseOf = (reference: string): number => {
    const order = drawn.orders.find((one) => one.reference === reference);
    return order ? (phases.get(order.msisdn) ?? 0) : chance.pick(PHASES);
  };
  const menu = drawn.menu.map((paid) => ({
    ...paid,
    at: paid.at + phaseOf(paid.reference),
  }));
  const late = Array.from({ length: chance.between(0, 3) }, (_, place) => ({
    msisdn: `25472${String(chance.between(1_000_000, 9_999_999))}`,
    amount: chance.between(1, 2_000),
    reference: chance.pick(["INV-L", "ZZZ-L"]) + String(place),
    at: chance.between(LATE.least, LATE.most),
  }));
  const outages = drawn.outages.map((outage) => {
    const phase = chance.pick(OUTAGES);
    return {
      ...outage,
      from: outage.from + phase,
      until: outage.until + phase,
    };
  });
  const told = [...menu, ...late].flatMap(({ msisdn }) => confirmationRule(chance, msisdn));
  const rules = [...drawn.rules.map((rule) => later(chance, rule)), ...told];
  return {
    ...drawn,
    orders,
    menu: [...menu, ...late],
    outages,
    rules,
    pulls: PULL_HOURS,
  };
};

/** The scenario of a chance, with `most` orders at most. */
export const drawScenario = (chance: Chance, most: number): Scenario => ({
  ...drawMoved(chance, most),
  rates: drawRates(chance),
  validates: chance.happens(0.3),
  statements: drawStatements(chance),
  closes: Array.from({ length: chance.between(0, 2) }, () => ({
    at: chance.between(MIDNIGHT_MS - HOUR_MS, 45 * HOUR_MS),
    day: chance.between(0, 1),
  })),
  rounds: ROUNDS.filter(() => chance.happens(0.5)).map((hour) => drawRound(chance, hour)),
});
