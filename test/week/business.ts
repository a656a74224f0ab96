/**
 * A business through its days, in a sandbox of its own whose clock is put forward: what customers and finance do, what
 * Safaricom forgets to tell, and the portal's statement the morning after.
 */
import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { until } from "../stories/storefront.ts";
import type { OwnSandbox } from "../payroll/sandbox.ts";

export const SHORTCODE = "174379";
const HOUR_S = 3_600;
const NAIROBI_MS = 3 * HOUR_S * 1_000;
const DAY_MS = 24 * HOUR_S * 1_000;
export const SHOP = "sk_test_storefront";

/** A fault of the simulator, and the path of the messages that it spoils. */
export type Fault = Readonly<Record<string, unknown>> & { readonly path?: string };

export interface Paid {
  readonly id: string;
  readonly status: string;
  readonly source: string;
  readonly amount: number;
  readonly receipt: string | null;
  readonly reference: string;
  readonly refunded_amount: number;
}

export interface Refunded {
  readonly status: string;
  readonly amount: number;
  readonly failure: { readonly code: string; readonly refund_again: string } | null;
}

interface Totals {
  readonly count: number;
  readonly amount: number;
}

export interface Day {
  readonly status: string;
  readonly current: {
    readonly basis: string;
    readonly exceptions_by_kind: Readonly<Record<string, number>>;
    readonly totals: Readonly<Record<string, Totals>>;
    readonly balances: readonly { readonly account: string; readonly holds: boolean | null }[];
    readonly digest: string;
  };
  readonly closed: Day["current"];
  readonly exceptions: readonly { readonly kind: string; readonly receipt: string | null; readonly says: string }[];
  readonly adjustments: readonly { readonly because: string; readonly added: number }[];
}

/** One of M-PESA's own records. */
export interface Truth {
  readonly state: string;
  readonly amount: number;
  readonly receipt: string | null;
}

export interface Planted {
  readonly kind: string;
  readonly receipt: string | null;
  readonly completed_at: string | null;
}

/** The Nairobi day of an instant, and the instant of an hour of it. */
export const dayOf = (at: number): string => new Date(at + NAIROBI_MS).toISOString().slice(0, 10);
const hourOf = (day: string, hour: number): number =>
  Date.parse(`${day}T00:00:00Z`) - NAIROBI_MS + hour * HOUR_S * 1_000;
export const dayAfter = (day: string): string => dayOf(hourOf(day, 0) + DAY_MS);

let phones = 0;
/** A phone that nobody used before, answered by hand. */
const newPhone = (): string => `25479${String(1_000_000 + (phones += 1) * 13)}`;
const newReference = (): string => randomUUID().replaceAll("-", "").slice(0, 10).toUpperCase();

/** What a minute sets off must have time to run: until nothing ran at so many looks in a row, so far apart. */
const QUIET_LOOKS = 3;
const LOOK_MS = 100;
const MOST_LOOKS = 600;
const MOST_MINUTES = 240;

export const business = (desk: OwnSandbox) => {
  /** Waits until all that is under way has ended, or a minute has passed. */
  const rest = async (): Promise<void> => {
    for (let look = 0, quiet = 0; look < MOST_LOOKS && quiet < QUIET_LOOKS; look += 1) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      quiet = (await desk.control.running()) === 0 ? quiet + 1 : 0;
    }
  };

  /** Lets minutes pass, one after the other, until `done` holds of what is seen. */
  const wait = async <T>(look: () => Promise<T>, done: (seen: T) => boolean): Promise<T> => {
    for (let minute = 0; ; minute += 1) {
      const seen = await look();
      if (done(seen)) return seen;
      if (minute === MOST_MINUTES) throw new Error(`it never came to be; last seen: ${JSON.stringify(seen)}`);
      await desk.control.travel(60);
      await rest();
    }
  };

  /** Puts the clock forward to an hour of a Nairobi day. */
  const goTo = async (day: string, hour: number): Promise<void> => {
    await rest();
    const left = Math.ceil((hourOf(day, hour) - (await desk.control.now())) / 1_000);
    if (left > 0) await desk.control.travel(left);
  };

  /** Something goes wrong with what concerns a phone; with `path`, of one kind of message alone. */
  const fault = (msisdn: string, { path, ...fault }: Fault): Promise<unknown> =>
    desk.direct("POST", "/simulator/faults", { match: { msisdn, ...(path === undefined ? {} : { path }) }, fault });

  const look = <T>(path: string) => desk.ask<T>("GET", path, { key: SHOP });
  /** Asks for something that moves money, under a key of its own. */
  const order = <T>(path: string, body: unknown) =>
    desk.ask<T>("POST", path, { key: SHOP, body, headers: { "idempotency-key": randomUUID() } });

  const payment = async (id: string): Promise<Paid> => (await look<Paid>(`/v1/payments/${id}`)).body;

  /** A customer is asked and answers, or does not. */
  const sell = async (
    amount: number,
    { action = "pay", faults = [] }: { action?: "pay" | "cancel"; faults?: readonly Fault[] } = {},
  ): Promise<string> => {
    const phone = newPhone();
    for (const each of faults) await fault(phone, each);
    const started = await order<Paid>("/v1/payments", { amount, phone, reference: newReference() });
    expect(started.status, started.text).toBe(201);
    await until(
      () => desk.direct("POST", `/simulator/handsets/${phone}/answer`, { action }).catch(() => null),
      (answered) => answered !== null,
    );
    return started.body.id;
  };

  /** A customer pays from the phone's menu; gives M-PESA's receipt. */
  const menu = async (amount: number, reference: string, faults: readonly Fault[] = []): Promise<string> => {
    const msisdn = newPhone();
    for (const each of faults) await fault(msisdn, each);
    const asked = { shortcode: SHORTCODE, reference, amount, msisdn };
    await desk.direct("POST", "/simulator/c2b", asked);
    const [paid] = await until(
      async () =>
        (await desk.direct<{ data: Truth[] }>("GET", `/simulator/transactions?kind=c2b&msisdn=${msisdn}`)).data,
      ([first]) => first?.state === "paid",
    );
    return paid!.receipt!;
  };

  const refund = async (paymentId: string, amount?: number): Promise<string> => {
    const body = { reason: "Sent back", ...(amount === undefined ? {} : { amount }) };
    const made = await order<{ id: string }>(`/v1/payments/${paymentId}/refunds`, body);
    expect(made.status, made.text).toBe(201);
    return made.body.id;
  };

  const refundOf = async (id: string): Promise<Refunded> => (await look<Refunded>(`/v1/refunds/${id}`)).body;

  /** Every record of one kind that M-PESA has as done. */
  const truthOf = async (kind: string): Promise<readonly Truth[]> => {
    const all: Truth[] = [];
    for (let offset = 0; offset < 2_000; offset += 100) {
      const path = `/simulator/transactions?kind=${kind}&state=paid&limit=100&offset=${offset}`;
      const { data } = await desk.direct<{ data: Truth[] }>("GET", path);
      all.push(...data);
      if (data.length < 100) return all;
    }
    throw new Error("M-PESA has more than a week can bring");
  };

  /** Every payment of the ledger, newest first. */
  const payments = async (): Promise<readonly Paid[]> => {
    const all: Paid[] = [];
    let cursor: string | null = null;
    do {
      const more = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page: { body: { data: Paid[]; next_cursor: string | null } } = await look(`/v1/payments?limit=100${more}`);
      all.push(...page.body.data);
      cursor = page.body.next_cursor;
    } while (cursor !== null);
    return all;
  };

  const day = (date: string): Promise<Day> => desk.look(`/v1/reconciliations/${date}`);
  /** The day once it stands on that basis; until it is closed at all there is none. */
  const closed = async (date: string, basis: "daraja" | "statement"): Promise<Day> => {
    const seen = await until(
      async () => (await desk.ask<Day>("GET", `/v1/reconciliations/${date}`)).body,
      (found: Day | { readonly code: string }) => "current" in found && found.current.basis === basis,
      120_000,
    );
    return seen;
  };

  /** Downloads the portal's statement of a day and hands it in; gives the number of its lines. */
  const handIn = async (date: string, how: { template: "classic" | "current"; format: "csv" | "xlsx" }) => {
    const query = { shortcode: SHORTCODE, from: date, to: date, ...how };
    const file = await desk.download(`/simulator/statement?${new URLSearchParams(query).toString()}`);
    const said = { shortcode: SHORTCODE, from: date, to: date };
    const asked = await desk.ask<{
      id: string;
      upload: { url: string; method: string; headers: Record<string, string> };
    }>("POST", "/v1/statements", { body: said });
    expect(asked.status, asked.text).toBe(201);
    const { url, method, headers } = asked.body.upload;
    expect((await fetch(url, { method, headers, body: Buffer.from(file) })).status).toBe(200);
    const read = async () =>
      (
        await desk.ask<{ status: string; lines: number; unreadable_rows: number }>(
          "GET",
          `/v1/statements/${asked.body.id}`,
        )
      ).body;
    const done = await until(read, ({ status }) => status === "imported" || status === "refused", 60_000);
    expect(done).toMatchObject({ status: "imported", unreadable_rows: 0 });
    return done.lines;
  };

  const planted = async (): Promise<readonly Planted[]> =>
    (await desk.direct<{ data: Planted[] }>("GET", "/simulator/planted")).data;

  return { goTo, wait, sell, menu, refund, refundOf, payment, payments, truthOf, closed, day, handIn, planted };
};
