/**
 * A storefront's engineer in the stories: talks to the running sandbox over HTTP like anyone else, and looks at the
 * simulator's truth to see where the money really is.
 */
import { randomUUID } from "node:crypto";
import { inject } from "vitest";

export interface PaymentBody {
  readonly id: string;
  readonly status: string;
  readonly stage: string | null;
  readonly amount: number;
  readonly receipt: string | null;
  readonly reference: string;
  readonly phone: string;
  readonly failure: {
    readonly code: string;
    readonly new_attempt: string;
    readonly customer_message: { en: string; sw: string };
  } | null;
  readonly client_token?: string;
  readonly checkout_url?: string | null;
  readonly created_at: string;
}

/** What M-PESA itself holds about one push. */
export interface Truth {
  readonly checkout_request_id: string;
  readonly merchant_request_id: string;
  readonly msisdn: string;
  readonly amount: number;
  readonly reference: string;
  readonly state: "prompting" | "paid" | "failed";
  readonly receipt: string | null;
  readonly callback_url: string;
  readonly callbacks: readonly { readonly status: number | null; readonly body: string }[];
}

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export const gateway = (): string => inject("gatewayUrl");
const simulator = (): string => inject("simulatorUrl");

export const KEYS = {
  storefront: "sk_test_storefront",
  finance: "sk_test_finance",
  approver: "sk_test_approver",
} as const;

/** Calls the gateway. `key` null: without authorisation. */
export const call = async <T = unknown>(
  method: string,
  path: string,
  options: { key?: string | null; headers?: Record<string, string>; body?: unknown; raw?: string } = {},
): Promise<Answer<T>> => {
  const key = options.key === undefined ? KEYS.storefront : options.key;
  const response = await fetch(`${gateway()}${path}`, {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(options.body === undefined && options.raw === undefined ? {} : { "content-type": "application/json" }),
      ...options.headers,
    },
    ...(options.raw === undefined ? {} : { body: options.raw }),
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: (text === "" ? null : JSON.parse(text)) as T };
};

/** A reference that no other story uses. */
export const reference = (): string => randomUUID().replaceAll("-", "").slice(0, 10).toUpperCase();

/** A phone that answers only when the handset is told to; a new one for each story. */
export const newPhone = (): string => `25479${String(Math.floor(Math.random() * 1e7)).padStart(7, "0")}`;

/** One of the numbers whose behaviour is fixed. */
export const payer = (nn: string): string => `2547000000${nn}`;

export interface Wish {
  readonly phone: string;
  readonly amount?: number;
  readonly reference?: string;
  readonly key?: string;
}

/** Starts a payment. */
export const start = (wish: Wish): Promise<Answer<PaymentBody>> =>
  call<PaymentBody>("POST", "/v1/payments", {
    headers: { "idempotency-key": wish.key ?? randomUUID() },
    body: {
      amount: wish.amount ?? 10,
      phone: wish.phone,
      reference: wish.reference ?? reference(),
      description: "story",
    },
  });

/**
 * Starts a payment of one of the numbers whose behaviour is fixed. Other stories ask them too, and nobody is asked twice at
 * once: then it waits for its turn.
 */
export const startInTurn = (wish: Wish): Promise<Answer<PaymentBody>> =>
  until(
    () => start(wish),
    ({ status }) => status !== 409,
  );

export const read = async (id: string): Promise<PaymentBody> =>
  (await call<PaymentBody>("GET", `/v1/payments/${id}`)).body;

/** Far longer than anything takes: on a busy machine a story is slow, not wrong. */
const PATIENCE_MS = 60_000;

/** Looks again and again until `done` holds; fails with what was seen last. */
export const until = async <T>(
  look: () => Promise<T>,
  done: (seen: T) => boolean,
  timeoutMs = PATIENCE_MS,
): Promise<T> => {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (done(seen)) return seen;
    if (Date.now() > end) throw new Error(`it never came to be; last seen: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
};

/** The payment once it has ended. */
export const ended = (id: string, timeoutMs = PATIENCE_MS): Promise<PaymentBody> =>
  until(
    () => read(id),
    (payment) => payment.status !== "pending",
    timeoutMs,
  );

/** What M-PESA took under this reference. */
export const truthOf = async (orderReference: string): Promise<readonly Truth[]> => {
  const response = await fetch(`${simulator()}/simulator/transactions?reference=${encodeURIComponent(orderReference)}`);
  const body = (await response.json()) as { data: Truth[] };
  return body.data;
};

/** Tells the simulator something; fails loudly when it does not understand. */
const direct = async <T = unknown>(method: string, path: string, body?: unknown): Promise<T> => {
  const response = await fetch(`${simulator()}${path}`, {
    method,
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the simulator answered ${response.status}: ${text}`);
  return (text === "" ? null : JSON.parse(text)) as T;
};

/** Makes something go wrong with what concerns one phone. */
export const fault = (msisdn: string, what: Record<string, unknown>, times = 1): Promise<unknown> =>
  direct("POST", "/simulator/faults", { match: { msisdn }, times, fault: what });

/** Somebody picks up the phone. Waits until it rings. */
export const answerPhone = (msisdn: string, action: "pay" | "cancel" | "wrong_pin" | "ignore"): Promise<unknown> =>
  until(
    () => direct("POST", `/simulator/handsets/${msisdn}/answer`, { action }).catch(() => null),
    (answered) => answered !== null,
  );

/** Sends a body to a callback address from some network address, and says how it was answered. */
export const sendCallback = async (url: string, body: unknown, sourceAddress = "127.0.0.1"): Promise<number | null> =>
  (
    await direct<{ status: number | null }>("POST", "/simulator/callbacks", {
      url,
      body,
      source_address: sourceAddress,
    })
  ).status;

/** The one push that M-PESA took under this reference, once it has. */
export const pushOf = async (orderReference: string): Promise<Truth> => {
  const [push] = await until(
    () => truthOf(orderReference),
    (found) => found.length > 0,
  );
  return push!;
};

/** A callback body as Safaricom would send it for `push`, with some values replaced. */
export const callbackBody = (
  push: Truth,
  says: { amount?: number; receipt?: string; phone?: string; resultCode?: number | string; checkoutId?: string } = {},
): unknown => ({
  Body: {
    stkCallback: {
      MerchantRequestID: push.merchant_request_id,
      CheckoutRequestID: says.checkoutId ?? push.checkout_request_id,
      ResultCode: says.resultCode ?? 0,
      ResultDesc: "The service request is processed successfully.",
      ...((says.resultCode ?? 0) === 0
        ? {
            CallbackMetadata: {
              Item: [
                { Name: "Amount", Value: says.amount ?? push.amount },
                { Name: "MpesaReceiptNumber", Value: says.receipt ?? inventedReceipt() },
                { Name: "Balance" },
                { Name: "TransactionDate", Value: 20261121170000 },
                { Name: "PhoneNumber", Value: Number(says.phone ?? push.msisdn) },
              ],
            },
          }
        : {}),
    },
  },
});

/** A receipt that M-PESA never gave. */
export const inventedReceipt = (): string => `UKL${randomUUID().replaceAll("-", "").slice(0, 7).toUpperCase()}`;

export interface ExceptionBody {
  readonly id: string;
  readonly kind: string;
  readonly transaction: string;
}

/** The exceptions that concern one payment. */
export const exceptionsOf = async (id: string): Promise<readonly string[]> => {
  const kinds: string[] = [];
  let cursor: string | null = null;
  do {
    const path: string = `/v1/exceptions?limit=100${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`;
    const page: Answer<{ data: ExceptionBody[]; next_cursor: string | null }> = await call("GET", path, {
      key: KEYS.finance,
    });
    kinds.push(...page.body.data.filter((exception) => exception.transaction === id).map(({ kind }) => kind));
    cursor = page.body.next_cursor;
  } while (cursor !== null);
  return kinds;
};
