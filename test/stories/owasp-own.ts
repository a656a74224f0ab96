/**
 * What OWASP's risks are tried on: one thing of every kind that a path can name, owned by the first storefront, and who
 * may ask for it. What must stay true: a path that nothing was made for is an error here and no 404 there, and nothing
 * that is tried changes these things.
 */
import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { EXAMPLES } from "../../functions/api/examples.ts";
import type { Operation, Route } from "../../functions/api/contract.ts";
import { exceptionId } from "../../functions/domain/ids.ts";
import type { Scope } from "../../functions/domain/scopes.ts";
import { nairobiDay } from "../../functions/domain/time.ts";
import { inTurn, newReceiver } from "./finance.ts";
import {
  KEYS,
  answerPhone,
  callbackBody,
  ended,
  gateway,
  inventedReceipt,
  newPhone,
  pushOf,
  reference,
  sendCallback,
  start,
  until,
} from "./storefront.ts";

export interface Body {
  readonly id: string;
  readonly code?: string;
  readonly url?: string;
  readonly data?: readonly Listed[];
  readonly errors?: readonly { readonly pointer: string }[];
}

/** As much of what a list holds as names it. */
export interface Listed {
  readonly id?: string;
  readonly date?: string;
  readonly transaction?: { readonly id: string };
}

export interface Heard {
  readonly status: number;
  readonly text: string;
  /** Null where the answer is no JSON. */
  readonly body: Body | null;
}

/** Another storefront's key, which may do everything. */
export const NEIGHBOUR = "sk_test_neighbour";

/** Which scopes the seeded keys of the first storefront hold (sandbox/seed.ts). */
export const HELD: Readonly<Record<string, readonly Scope[]>> = {
  [KEYS.storefront]: ["payments:write", "payments:read", "refunds:write", "webhooks:write"],
  [KEYS.finance]: ["payments:read", "payouts:write", "reconciliation:read", "reconciliation:write", "audit:read"],
  [KEYS.approver]: ["payouts:approve", "audit:read"],
};

/** The seeded keys that may use a route. */
export const keysOf = ({ scopes }: Route): readonly string[] =>
  Object.keys(HELD).filter((key) => HELD[key]!.some((scope) => scopes.includes(scope)));

/** A key of the first storefront that may use the route. */
export const keyOf = (route: Route): string => {
  const [key] = keysOf(route);
  if (key === undefined) throw new Error(`no seeded key may use ${route.operation}`);
  return key;
};

/** Ids by the part of a path that names their kind; days go by their date. */
export type Things = Readonly<Record<string, string>>;

/** The route's path with these things in it. Throws when nobody made one of its kind. */
export const pathOf = (route: Route, things: Things): string => {
  const [, , kind = ""] = route.path.split("/");
  const path = route.path.replace(/\{(?:id|date)\}/, () => {
    const id = things[kind];
    if (id === undefined) throw new Error(`nothing was made that ${route.operation} could name`);
    return id;
  });
  if (path.includes("{")) throw new Error(`${route.operation} names something else: ${path}`);
  return path;
};

/** Asks, follows no redirect, and reads whatever comes. */
export const ask = async (
  method: string,
  path: string,
  { key, body }: { readonly key: string | null; readonly body?: string | undefined },
): Promise<Heard> => {
  const response = await fetch(`${gateway()}${path}`, {
    method,
    redirect: "manual",
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(method === "POST" ? { "idempotency-key": randomUUID() } : {}),
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  const isJson = text !== "" && /[/+]json/.test(response.headers.get("content-type") ?? "");
  return { status: response.status, text, body: isJson ? (JSON.parse(text) as Body) : null };
};

/** The body that the documentation shows of a route, with something more in it. */
export const bodyOf = (route: Route, extra: Readonly<Record<string, unknown>> = {}): string => {
  const { request } = EXAMPLES[route.operation as Operation];
  return JSON.stringify({ ...request, ...extra });
};

const made = async (path: string, key: string, body?: object): Promise<Body> => {
  const answer = await inTurn(() => ask("POST", path, { key, body: JSON.stringify(body) }));
  expect([200, 201, 202], `${path}: ${answer.text}`).toContain(answer.status);
  return answer.body!;
};

const there = (path: string): Promise<Heard> =>
  until(
    () => ask("GET", path, { key: KEYS.finance }),
    ({ status }) => status === 200,
  );

const DAY_MS = 86_400_000;

/** A payment that was paid after somebody had told another amount of it: it has an exception, and can be refunded. */
const doubtedPayment = async (): Promise<{ readonly id: string; readonly token: string }> => {
  const [phone, order] = [newPhone(), reference()];
  const { body: payment } = await start({ phone, reference: order });
  const push = await pushOf(order);
  await sendCallback(push.callback_url, callbackBody(push, { amount: 1, receipt: inventedReceipt() }));
  await answerPhone(phone, "pay");
  await ended(payment.id);
  return { id: payment.id, token: payment.client_token! };
};

const session = async (): Promise<{ readonly id: string; readonly token: string }> => {
  const { id, url } = await made("/v1/checkout-sessions", KEYS.storefront, { amount: 10, reference: reference() });
  return { id, token: new URL(url!).hash.slice(1) };
};

const financeThings = async (): Promise<Things> => {
  const person = () => ({ phone: newReceiver(), amount: 10, reference: reference() });
  const payout = await made("/v1/payouts", KEYS.finance, person());
  const batch = await made("/v1/payout-batches", KEYS.finance, {
    reference: reference(),
    kind: "salary",
    payouts: [person(), { ...person(), phone: "nobody's" }],
  });
  const statement = await made("/v1/statements", KEYS.finance, EXAMPLES.startStatement.request);
  const day = nairobiDay(Date.now() - 2 * DAY_MS);
  await made(`/v1/reconciliations/${day}/close`, KEYS.finance);
  await there(`/v1/reconciliations/${day}`);
  return { payouts: payout.id, "payout-batches": batch.id, statements: statement.id, reconciliations: day };
};

const webhookThings = async (): Promise<Things> => {
  const url = "http://127.0.0.1:9/never";
  const endpoint = await made("/v1/webhook-endpoints", KEYS.storefront, { url, events: ["payout.failed"] });
  const delivery = await made(`/v1/webhook-endpoints/${endpoint.id}/test`, KEYS.storefront);
  return { "webhook-endpoints": endpoint.id, "webhook-deliveries": delivery.id };
};

export interface Owned {
  readonly own: Things;
  /** More of what a browser's token can name. */
  readonly others: Things;
  /** The browser's token of each thing in `own` that has one, by its kind. */
  readonly tokens: Things;
}

/** Makes one of everything. */
export const makeOwned = async (): Promise<Owned> => {
  const [payment, paying, otherPaying, { body: otherPayment }, finance, webhooks] = await Promise.all([
    doubtedPayment(),
    session(),
    session(),
    start({ phone: newPhone() }),
    financeThings(),
    webhookThings(),
  ]);
  const exception = exceptionId(payment.id, "amount_mismatch");
  await there(`/v1/exceptions/${exception}`);
  const refund = await made(`/v1/payments/${payment.id}/refunds`, KEYS.storefront, { amount: 1, reason: "story" });
  return {
    own: {
      ...finance,
      ...webhooks,
      payments: payment.id,
      transactions: payment.id,
      exceptions: exception,
      refunds: refund.id,
      "checkout-sessions": paying.id,
    },
    others: { payments: otherPayment.id, "checkout-sessions": otherPaying.id },
    tokens: { payments: payment.token, "checkout-sessions": paying.token },
  };
};
