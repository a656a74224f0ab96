/**
 * Every example of the documentation is sent to a running gateway and answered as documented, by the status and the schema
 * that the document names. One story after another in a sandbox of its own, because some of it halts payouts for everybody.
 * What was made on the way gives the ids; a value of an example is only replaced where it names something of its reader's.
 */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROUTES } from "../../functions/api/contract.ts";
import type { Operation, Route } from "../../functions/api/contract.ts";
import { EXAMPLES } from "../../functions/api/examples.ts";
import { RESPONSES } from "../../functions/api/responses.ts";
import type { Scope } from "../../functions/domain/scopes.ts";
import { nairobiDay } from "../../functions/domain/time.ts";
import { ownSandbox } from "../payroll/sandbox.ts";
import type { OwnSandbox } from "../payroll/sandbox.ts";
import { until } from "./storefront.ts";

let desk: OwnSandbox;
const receiver = createServer((_request, response) => response.end("ok"));
beforeAll(async () => {
  desk = await ownSandbox();
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
}, 120_000);
afterAll(async () => {
  receiver.close();
  await desk.close();
}, 30_000);

const KEY_OF: Readonly<Record<Scope, string>> = {
  "payments:write": "sk_test_storefront",
  "payments:read": "sk_test_storefront",
  "refunds:write": "sk_test_storefront",
  "webhooks:write": "sk_test_storefront",
  "payouts:write": "sk_test_finance",
  "payouts:approve": "sk_test_approver",
  "reconciliation:read": "sk_test_finance",
  "reconciliation:write": "sk_test_finance",
  "audit:read": "sk_test_finance",
};

const sent = new Set<Operation>();

/** What takes seconds here takes longer beside other tests on a slower machine. */
const PATIENCE_MS = 90_000;

interface With {
  /** The value of the path's one parameter. */
  readonly id?: string;
  readonly query?: string;
  /** Instead of values of the example that are its reader's own. */
  readonly own?: Readonly<Record<string, unknown>>;
}

/** What the answers are read for. */
interface Thing {
  readonly id: string;
  readonly status: string;
  readonly digest: string;
  readonly receipt: string | null;
  readonly data: readonly Thing[];
}

/** Sends one example, as any stranger would, and holds the answer to the document. */
const send = async (operation: Operation, { id = "", query = "", own }: With = {}): Promise<Thing> => {
  const route: Route = ROUTES[operation];
  const { request } = EXAMPLES[operation];
  const address = `${desk.url}${route.path.replace(/\{\w+\}/, id)}${query}`;
  const [scope] = route.scopes;
  const response = await fetch(address, {
    method: route.method,
    redirect: "manual",
    headers: {
      ...(scope === undefined ? {} : { authorization: `Bearer ${KEY_OF[scope]}` }),
      ...(request === undefined ? {} : { "content-type": "application/json" }),
      ...(route.idempotent ? { "idempotency-key": randomUUID() } : {}),
    },
    ...(request === undefined ? {} : { body: JSON.stringify({ ...request, ...own }) }),
  });
  const text = await response.text();
  expect(response.status, `${operation} was answered ${text}`).toBe(route.success.status);
  sent.add(operation);
  if (route.success.status === 303) return { ...NOTHING, id: response.headers.get("location") ?? "" };
  const type = route.success.type ?? "application/json";
  expect(response.headers.get("content-type")).toContain(type);
  if (type !== "application/json") return NOTHING;
  const body = JSON.parse(text) as Thing;
  if (operation !== "openapi") expect(RESPONSES[operation].parse(body), operation).toEqual(body);
  return body;
};
const NOTHING: Thing = { id: "", status: "", digest: "", receipt: null, data: [] };

const answer = (msisdn: string, action: string): Promise<unknown> =>
  until(
    () => desk.direct("POST", `/simulator/handsets/${msisdn}/answer`, { action }).catch(() => null),
    (answered) => answered !== null,
  );

/** Reads until it stands so. */
const standing = (operation: Operation, id: string, done: (thing: Thing) => boolean): Promise<Thing> =>
  until(() => send(operation, { id }), done, PATIENCE_MS);

const paymentOfTheOrder = async (): Promise<Thing> => {
  const started = await send("startPayment");
  await answer("254712345678", "pay");
  return standing("readPayment", started.id, ({ receipt }) => receipt !== null);
};

const payAndGiveBack = async (): Promise<Thing> => {
  const payment = await paymentOfTheOrder();
  await send("listPayments", { query: "?reference=INV-1001" });
  await send("verifyPayment", { id: payment.id });
  const refund = await send("startRefund", { id: payment.id });
  await send("listRefunds", { id: payment.id });
  await send("readRefund", { id: refund.id });
  return payment;
};

const payFromTheMenu = async (): Promise<void> => {
  const order = { shortcode: "174379", reference: "invoice two", amount: 2400, msisdn: "254711222333" };
  await desk.direct("POST", "/simulator/c2b", order);
  const { data } = await until(
    () => send("listPayments", { query: "?source=paybill&reference=invoice%20two" }),
    (found) => found.data.length > 0,
  );
  await send("routePayment", { id: data[0]!.id });
};

const payByLink = async (): Promise<void> => {
  const session = await send("createCheckoutSession");
  await send("payCheckoutSession", { id: session.id });
  await answer("254708374149", "cancel");
  await send("readCheckoutSession", { id: session.id });
};

const payOut = async (): Promise<void> => {
  await send("refreshBalance");
  await until(
    async () => (await desk.ask("GET", "/v1/balance")).status,
    (status) => status === 200,
  );
  await send("readBalance");
  const payout = await send("startPayout");
  await standing("readPayout", payout.id, ({ status }) => status === "succeeded");
  await send("listPayouts", { query: "?status=succeeded" });
};

const payMany = async (): Promise<void> => {
  const { id, digest } = await send("startBatch");
  await send("readBatchRejected", { id });
  await send("readBatchRows", { id });
  await send("approveBatch", { id, own: { digest } });
  await standing("readBatch", id, ({ status }) => status === "completed");
  await send("listBatches");
  await send("listBatchPayouts", { id });
  await send("readBatchResults", { id });
};

/** Nothing leaves a queue meanwhile, so what is steered still stands where it was put. */
const steer = async (): Promise<void> => {
  await desk.control.stopMappings();
  const payout = await send("startPayout");
  await send("cancelPayout", { id: payout.id });
  const payouts = [{ phone: "0711 000 009", amount: 700 }];
  const { id, digest } = await send("startBatch", { own: { payouts } });
  await send("approveBatch", { id, own: { digest } });
  for (const operation of ["pauseBatch", "resumeBatch", "cancelBatch"] as const) await send(operation, { id });
  await desk.control.startMappings();
  await send("haltPayoutLane");
  await send("readPayoutLane");
  await send("resumePayoutLane");
};

const workOnAnException = async (): Promise<void> => {
  await send("startPayment", { own: { phone: "254700000012" } });
  const { data } = await until(
    () => send("listExceptions", { query: "?status=open" }),
    (found) => found.data.length > 0,
  );
  const [{ id }] = data as [Thing];
  await send("readException", { id });
  await send("assignException", { id });
  await send("noteException", { id });
  await send("askAboutException", { id });
  await send("resolveException", { id });
};

const closeYesterday = async (): Promise<void> => {
  const date = nairobiDay(Date.now() - 86_400_000);
  await send("closeReconciliation", { id: date });
  await until(
    async () => (await desk.ask("GET", `/v1/reconciliations/${date}`)).status,
    (status) => status === 200,
  );
  await send("readReconciliation", { id: date });
  await send("listReconciliations", { query: `?month=${date.slice(0, 7)}` });
  await send("readReconciliationCsv", { id: date });
  await send("readReconciliationWorkbook", { id: date });
  const statement = await send("startStatement", { own: { from: date, to: date } });
  await send("readStatement", { id: statement.id });
  await send("listStatements");
};

const explain = async ({ id, receipt }: Thing): Promise<void> => {
  await send("readHistory", { id });
  await send("readDossier", { id });
  const { data } = await until(
    () => send("audit", { query: `?q=${receipt ?? ""}` }),
    (found) => found.data.length > 0,
  );
  expect(data).toHaveLength(1);
};

const beTold = async (): Promise<void> => {
  const { port } = receiver.address() as AddressInfo;
  const endpoint = await send("createWebhookEndpoint", { own: { url: `http://127.0.0.1:${port}/hooks` } });
  const { id } = endpoint;
  await send("listWebhookEndpoints");
  await send("readWebhookEndpoint", { id });
  await send("changeWebhookEndpoint", { id });
  await send("rotateWebhookSecret", { id });
  const delivery = await send("testWebhookEndpoint", { id });
  await send("listWebhookDeliveries", { id });
  await send("redeliverWebhook", { id: delivery.id });
  await send("redeliverWebhooks", { id });
  await send("deleteWebhookEndpoint", { id });
};

test("every example of the documentation is taken, and answered as documented", async () => {
  await Promise.all([send("health"), send("openapi"), send("checkHealth")]);
  const payment = await payAndGiveBack();
  await Promise.all([payFromTheMenu(), payByLink(), payOut(), workOnAnException(), beTold(), explain(payment)]);
  await payMany();
  await steer();
  await closeYesterday();
  expect([...sent].sort()).toEqual(Object.keys(ROUTES).sort());
}, 300_000);
