/**
 * What one seed is about: who is to be paid, by payouts of their own and in batches, what is to be given back, what finance
 * does meanwhile, and what goes wrong.
 */
import { receivers } from "../../../sandbox/daraja/core/receivers.ts";
import type { SwitchChanges } from "../../../sandbox/daraja/core/switches.ts";
import type { Chance } from "../core/prng.ts";
import { SPREAD_MS, drawOutages, drawRates, keepsPace } from "./rates.ts";
import type { Outage, Rates } from "./rates.ts";
import { rulesFor } from "./safaricom-faults.ts";
import type { Rule } from "./safaricom-faults.ts";

/** Shillings from where on a batch takes two approvals, and what one payout may be without any. */
export const POLICY = { secondApprovalTotal: 5_000, secondApprovalSingle: 1_500, singleMaximum: 2_000 } as const;

interface Asked {
  readonly key: string;
  /** Milliseconds after the world begins. */
  readonly at: number;
  /** How many devices send the request at about the same time. */
  readonly devices: number;
}

export interface Paid {
  readonly msisdn: string;
  /** Whole shillings. */
  readonly amount: number;
  readonly reference: string;
}

export interface Single extends Asked, Paid {
  /** One of the devices asks for another amount under the same key. */
  readonly changesBody: boolean;
  /** How long after the first answer somebody cancels it; null where nobody does. */
  readonly cancelAfterMs: number | null;
}

export type Deed = "pause" | "resume" | "cancel";

export interface BatchPlan extends Asked {
  readonly reference: string;
  readonly rows: readonly Paid[];
  /** The same rows come again under another key. */
  readonly twin: boolean;
  /** The rows come as a file that is uploaded. */
  readonly uploads: boolean;
  /** Somebody changes a row in the kept file, so long after the batch was handed in; null where nobody does. */
  readonly tamperedAfterMs: number | null;
  readonly approvals: readonly { readonly key: string; readonly afterMs: number; readonly ofThese: boolean }[];
  readonly deeds: readonly { readonly deed: Deed; readonly afterMs: number }[];
}

export interface RefundPlan extends Asked {
  /** Place of the payment among `payments`. */
  readonly payment: number;
  /** Whole shillings; null for all that is left. */
  readonly amount: number | null;
}

/** What is wrong with the API operator, and when. */
export interface OperatorTrouble {
  readonly kind: "none" | "wrong_password" | "changed_by_the_book" | "changed_in_secret" | "locked";
  readonly at: number;
}

export interface Scenario {
  readonly singles: readonly Single[];
  readonly batches: readonly BatchPlan[];
  /** What customers paid before the world began. */
  readonly payments: readonly { readonly msisdn: string; readonly amount: number }[];
  readonly refunds: readonly RefundPlan[];
  readonly operator: OperatorTrouble;
  /** A person halts the lane, and opens it again. */
  readonly halt: { readonly at: number; readonly forMs: number } | null;
  /** What the utility account holds at first, whole shillings. */
  readonly float: number;
  /** Payouts a second that Safaricom grants. */
  readonly perSecond: number;
  /** How long a message stays hidden while one dispatcher has it. */
  readonly hiddenMs: number;
  readonly outages: readonly Outage[];
  readonly rules: readonly Rule[];
  readonly switches: SwitchChanges;
  readonly rates: Rates;
}

const drawPaid = (chance: Chance, name: string): Paid => {
  const own = `2547${String(10_000_000 + chance.between(0, 89_999_999))}`;
  const life = chance.happens(0.35) ? receivers[chance.between(0, receivers.length - 1)] : undefined;
  const amount = chance.happens(0.1) ? chance.between(1_500, 1_999) : chance.between(10, 900);
  return { msisdn: life?.msisdn ?? own, amount, reference: name };
};

const drawDevices = (chance: Chance): number => (chance.happens(0.25) ? chance.between(2, 3) : 1);

const drawSingle = (chance: Chance, place: number): Single => ({
  ...drawPaid(chance, `ONE-${place}`),
  key: `one-${place}`,
  at: chance.between(0, SPREAD_MS),
  devices: drawDevices(chance),
  changesBody: chance.happens(0.08),
  cancelAfterMs: chance.happens(0.3) ? chance.between(0, 20_000) : null,
});

const APPROVERS = ["key_chief", "key_boss", "key_owner"] as const;
/** Who makes batches, and may not approve them. */
export const MAKER = "key_maker";

const drawBatch = (chance: Chance, place: number, size: number): BatchPlan => {
  const at = chance.between(0, SPREAD_MS);
  const within = (ms: number): number => chance.between(0, ms);
  const approvals = APPROVERS.map((key) => ({ key: chance.happens(0.1) ? MAKER : key, afterMs: within(120_000) }));
  const deeds = Array.from({ length: chance.happens(0.6) ? chance.between(1, 4) : 0 }, () => ({
    deed: chance.pick<Deed>(["pause", "pause", "resume", "resume", "cancel"]),
    afterMs: within(180_000),
  }));
  return {
    key: `batch-${place}`,
    at,
    devices: drawDevices(chance),
    reference: `PAY-${place}`,
    rows: Array.from({ length: size }, (_, row) => drawPaid(chance, `B${place}-${row + 1}`)),
    twin: chance.happens(0.35),
    uploads: chance.happens(0.2),
    tamperedAfterMs: chance.happens(0.07) ? within(180_000) : null,
    approvals: approvals.map((approval) => ({ ...approval, ofThese: !chance.happens(0.1) })),
    deeds,
  };
};

/** By then the customers of before have paid. */
const SETTLED_MS = 5_000;

const drawRefund = (chance: Chance, place: number, payments: Scenario["payments"]): RefundPlan => {
  const payment = chance.between(0, payments.length - 1);
  const paid = payments[payment]?.amount ?? 1;
  return {
    key: `back-${place}`,
    at: chance.between(SETTLED_MS, SPREAD_MS),
    devices: drawDevices(chance),
    payment,
    amount: chance.happens(0.4) ? null : chance.between(1, paid),
  };
};

const drawOperator = (chance: Chance): OperatorTrouble => ({
  kind: chance.pick(["none", "none", "none", "wrong_password", "changed_by_the_book", "changed_in_secret", "locked"]),
  at: chance.between(0, SPREAD_MS),
});

/** Parts of `most` that go to payouts of their own and to refunds; the rest are rows of batches. */
const PARTS = { singles: 0.25, refunds: 0.2 } as const;

const drawMoney = (chance: Chance, most: number) => {
  const count = chance.between(Math.ceil(most / 2), most);
  const singles = Math.round(count * PARTS.singles);
  const refunds = Math.round(count * PARTS.refunds);
  const batches = chance.between(1, 2);
  const payments = Array.from({ length: Math.max(1, Math.ceil(refunds / 2)) }, (_, place) => ({
    msisdn: `2547${String(20_000_000 + chance.between(0, 9_999) * 100 + place)}`,
    amount: chance.between(2, 2_000),
  }));
  const size = Math.max(1, Math.floor((count - singles - refunds) / batches));
  return {
    singles: Array.from({ length: singles }, (_, place) => drawSingle(chance, place)),
    batches: Array.from({ length: batches }, (_, place) => drawBatch(chance, place, size)),
    payments,
    refunds: Array.from({ length: refunds }, (_, place) => drawRefund(chance, place, payments)),
  };
};

/** The scenario of a chance, with about `most` payouts and refunds at most. */
export const drawScenario = (chance: Chance, most: number): Scenario => {
  const rates = drawRates(chance);
  const money = drawMoney(chance, most);
  const wanted = [...money.singles, ...money.batches.flatMap(({ rows }) => rows)];
  const total = wanted.reduce((sum, { amount }) => sum + amount, 0);
  const paid = [...new Set(wanted.map(({ msisdn }) => msisdn))];
  const perSecond = chance.pick([1, 2, 5, 10]);
  const phones = { paid, payers: money.payments.map(({ msisdn }) => msisdn) };
  return {
    ...money,
    operator: drawOperator(chance),
    halt: chance.happens(0.25) ? { at: chance.between(0, SPREAD_MS), forMs: chance.between(5_000, 300_000) } : null,
    float: chance.happens(0.6) ? total * 3 : Math.floor(total * chance.next()),
    perSecond,
    hiddenMs: chance.pick([60_000, 360_000]),
    outages: drawOutages(chance),
    rules: rulesFor(chance, phones),
    switches: {
      callback_retries: chance.between(0, 2),
      b2c_result_ms: chance.pick([0, 500, 500, 5_000, 60_000]),
      reversal_result_ms: chance.pick([0, 500, 5_000, 600_000]),
      unknown_status: chance.pick(["result", "silence"]),
      ...(keepsPace(rates) ? { limits: { b2c: { allowed: perSecond } } } : {}),
    },
    rates,
  };
};
