/** A shop with one thing to sell. An order is paid when Malipo says so in a signed webhook, and not before. */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { MalipoProblem, WebhookRefused, createMalipo, verifyWebhook } from "@malipo/client";

const { SHOP_PORT = "3000", MALIPO_URL = "http://127.0.0.1:8080", MALIPO_KEY = "sk_test_storefront" } = process.env;
const { MALIPO_WEBHOOK_SECRET = "" } = process.env;
const malipo = createMalipo({ baseUrl: MALIPO_URL, key: MALIPO_KEY });

type Order = { status: "unpaid" | "paid" | "failed"; amount: number; receipt: string | null; sequence: number };
const orders = new Map<string, Order>(); // a real shop keeps them in its database

const PAGE = `<!doctype html><html lang="en"><title>Kahawa</title><h1>Kahawa, 250 g: KES 100</h1>
<form method="post" action="/buy"><label>M-PESA number <input name="phone" type="tel" required></label>
<button>Buy</button></form></html>\n`;

const answer = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
};

/** Keeps the order, then asks the phone: a webhook may be faster than this request's own answer. */
const buy = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const phone = new URLSearchParams(await text(request)).get("phone") ?? "";
  const id = randomUUID().slice(0, 8).toUpperCase();
  orders.set(id, { status: "unpaid", amount: 100, receipt: null, sequence: 0 });
  await malipo.startPayment({ amount: 100, phone, reference: id }, { idempotencyKey: `order-${id}` });
  response.writeHead(303, { location: `/orders/${id}` }).end();
};

/** Believes the signature alone, and of two events the later one, in whichever order they come. */
const hear = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const event = verifyWebhook(await text(request), request.headers, MALIPO_WEBHOOK_SECRET);
  if (event.type === "payment.succeeded" || event.type === "payment.failed") {
    const { reference, amount, receipt } = event.data.object;
    const [order, status] = [orders.get(reference), event.type === "payment.succeeded" ? "paid" : "failed"] as const;
    if (order !== undefined && order.amount === amount && order.sequence < event.sequence)
      orders.set(reference, { ...order, status, receipt, sequence: event.sequence });
  }
  answer(response, 200, {});
};

const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const wish = `${request.method} ${request.url}`;
  const order = orders.get(/^GET [/]orders[/](\w+)$/.exec(wish)?.[1] ?? "");
  if (wish === "GET /") response.writeHead(200, { "content-type": "text/html" }).end(PAGE);
  else if (wish === "POST /buy") await buy(request, response);
  else if (wish === "POST /hooks") await hear(request, response);
  else if (order !== undefined) answer(response, 200, order);
  else answer(response, 404, { message: "There is nothing here." });
};

createServer((request, response) => {
  serve(request, response).catch((fault: unknown) => {
    if (fault instanceof WebhookRefused) answer(response, 400, { message: "This webhook is not Malipo's." });
    else if (fault instanceof MalipoProblem) answer(response, fault.status, { message: fault.message });
    else answer(response, 500, { message: "Something went wrong; try again." });
  });
}).listen(Number(SHOP_PORT), "127.0.0.1", () => console.log(`The shop is open: http://127.0.0.1:${SHOP_PORT}/`));
