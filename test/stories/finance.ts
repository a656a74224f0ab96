/**
 * The people of finance in the stories: one makes payouts and batches, others approve them, over HTTP like anyone else;
 * and M-PESA's own books, to see where the money really went.
 */
import { randomUUID } from "node:crypto";
import { until } from "./storefront.ts";
import type { Answer } from "./storefront.ts";

export interface PayoutBody {
  readonly id: string;
  readonly status: string;
  readonly stage: string | null;
  readonly amount: number;
  readonly phone: string;
  readonly reference: string;
  readonly receipt: string | null;
  readonly batch: { readonly id: string; readonly row: number } | null;
  readonly failure: { readonly code: string; readonly pay_again: string; readonly message: string } | null;
  readonly replaced_by: string | null;
  readonly attempts: number;
}

interface Counted {
  readonly count: number;
  readonly amount: number;
}

/** Batches of one storefront are checked one after the other: while another story's is, the answer says to come again. */
export const inTurn = <A extends { readonly text: string }>(ask: () => Promise<A>): Promise<A> =>
  until(ask, ({ text }) => !text.includes('"batch_in_progress"'));

export interface BatchBody {
  readonly id: string;
  readonly status: string;
  readonly rows: number;
  readonly total_amount: number;
  readonly digest: string;
  readonly rejected_rows: number;
  readonly rejected: readonly { readonly row: number; readonly code: string; readonly message: string }[];
  readonly approvals_needed: number;
  readonly approvals: readonly { readonly key: string }[];
  readonly progress: Readonly<Record<"pending" | "uncertain" | "succeeded" | "failed" | "cancelled", Counted>>;
  readonly stop: { readonly cause: string; readonly message: string; readonly payout: string | null } | null;
  readonly float: { readonly needed: number; readonly available: number | null } | null;
  readonly refusal: { readonly code: string; readonly message: string } | null;
  readonly upload?: { readonly url: string; readonly method: string; readonly headers: Record<string, string> };
}

/** What M-PESA itself holds about one payout. */
export interface PayoutTruth {
  readonly originator_conversation_id: string;
  readonly amount: number;
  readonly msisdn: string;
  readonly state: string;
  readonly receipt: string | null;
  readonly submits: number;
  readonly result_url: string;
}

export const FINANCE_KEYS = {
  finance: "sk_test_finance",
  approver: "sk_test_approver",
  approverTwo: "sk_test_approver_two",
  storefront: "sk_test_storefront",
  neighbour: "sk_test_neighbour",
} as const;

export interface Row {
  readonly phone: string;
  readonly amount: number;
  readonly reference?: string;
}

let receivers = Math.floor(Math.random() * 1e7);
/**
 * A receiver that M-PESA pays without surprises; a new one each time. Counted on from anywhere: of a thousand drawn one by
 * one two are the same in every twentieth run, and who is paid twice is rejected.
 */
export const newReceiver = (): string => `25411${String((receivers += 1) % 1e7).padStart(7, "0")}`;

/** One of the receivers whose behaviour is fixed. */
export const receiver = (nn: number): string => `2547000000${nn}`;

interface Asked {
  readonly key?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly csv?: string;
}

/** Finance at one sandbox. */
export const financeAt = (urls: { readonly gateway: string; readonly simulator: string }) => {
  const ask = async <T>(method: string, path: string, asked: Asked = {}): Promise<Answer<T> & { text: string }> => {
    const { key = FINANCE_KEYS.finance, headers = {}, body, csv } = asked;
    const type = csv === undefined ? "application/json" : "text/csv";
    const response = await fetch(`${urls.gateway}${path}`, {
      method,
      redirect: "follow",
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined && csv === undefined ? {} : { "content-type": type }),
        ...headers,
      },
      ...(csv === undefined ? {} : { body: csv }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = (response.headers.get("content-type") ?? "").includes("json");
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (isJson && text !== "" ? JSON.parse(text) : null) as T,
    };
  };
  const keyed = (key: string = randomUUID()) => ({ "idempotency-key": key });

  const pay = (row: Row & { readonly key?: string }) =>
    ask<PayoutBody>("POST", "/v1/payouts", {
      headers: keyed(row.key),
      body: { amount: row.amount, phone: row.phone, reference: row.reference ?? randomUUID().slice(0, 12) },
    });
  const payout = async (id: string): Promise<PayoutBody> => (await ask<PayoutBody>("GET", `/v1/payouts/${id}`)).body;
  const makeBatch = (rows: readonly Row[], more: Record<string, unknown> = {}, key?: string) => {
    const headers = keyed(key);
    const body = { reference: "Story", kind: "salary", payouts: rows, ...more };
    return inTurn(() => ask<BatchBody>("POST", "/v1/payout-batches", { headers, body }));
  };
  const makeCsvBatch = (csv: string, query = "") => {
    const headers = keyed();
    const path = `/v1/payout-batches?reference=Story&kind=salary${query}`;
    return inTurn(() => ask<BatchBody>("POST", path, { headers, csv }));
  };
  /** Reads as every client should: what a busy machine could not answer is asked for again. */
  const look = async <T>(path: string): Promise<T> => {
    for (let tried = 1; ; tried += 1) {
      const { status, body } = await ask<T>("GET", path);
      if (status < 400) return body;
      if (tried === 20 || (status < 500 && status !== 429))
        throw new Error(`${path} was answered ${status}: ${JSON.stringify(body)}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };
  const batch = (id: string): Promise<BatchBody> => look(`/v1/payout-batches/${id}`);
  const approve = (made: Pick<BatchBody, "id" | "digest">, key: string = FINANCE_KEYS.approver) =>
    ask<BatchBody & { code?: string }>("POST", `/v1/payout-batches/${made.id}/approve`, {
      key,
      headers: keyed(),
      body: { digest: made.digest },
    });
  const steer = (id: string, what: "pause" | "resume" | "cancel", key: string = FINANCE_KEYS.finance) =>
    ask<BatchBody & { code?: string }>("POST", `/v1/payout-batches/${id}/${what}`, { key });
  const rowsOf = async (id: string): Promise<readonly PayoutBody[]> => {
    const rows: PayoutBody[] = [];
    let cursor: string | null = null;
    do {
      const next: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page: Answer<{ data: PayoutBody[]; next_cursor: string | null }> = await ask(
        "GET",
        `/v1/payout-batches/${id}/payouts?limit=100${next}`,
      );
      rows.push(...page.body.data);
      cursor = page.body.next_cursor;
    } while (cursor !== null);
    return rows;
  };

  const direct = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${urls.simulator}${path}`, {
      method,
      headers: { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the simulator answered ${response.status}: ${text}`);
    return (text === "" ? null : JSON.parse(text)) as T;
  };
  /** What M-PESA holds under a payout's name: at most one. */
  const truthOf = async (id: string): Promise<readonly PayoutTruth[]> =>
    (await direct<{ data: PayoutTruth[] }>("GET", `/simulator/transactions?originator_conversation_id=${id}`)).data;

  return { ask, look, pay, payout, makeBatch, makeCsvBatch, batch, approve, steer, rowsOf, direct, truthOf };
};

export type FinanceDesk = ReturnType<typeof financeAt>;
