/**
 * Requests that begin to move money, through the whole handler of their route, against a ledger. The judge: a mutated request
 * is refused as the caller's mistake (4xx) and nothing is written, or taken whole: one intent, over the money that stands in
 * the body. Whoever sends the same again is answered the same, and nothing is written again.
 */
import { toContext } from "../../functions/api/caller.ts";
import { ROUTES } from "../../functions/api/contract.ts";
import { mount, serve } from "../../functions/api/endpoint.ts";
import type { Mounted } from "../../functions/api/endpoint.ts";
import { SCOPES } from "../../functions/domain/scopes.ts";
import type { HttpResponse } from "../../functions/runtime/http.ts";
import type { Chance } from "../world/core/prng.ts";
import { startPaymentProcess } from "../world/payments/gateway.ts";
import { NONE } from "../world/payments/planted.ts";
import { doorProcess } from "../world/payouts/gateway.ts";
import { AMOUNT } from "./documents.ts";
import { STOREFRONT, createGateway, remainingMs } from "./gateway.ts";
import type { Gateway } from "./gateway.ts";
import { IDS, keptIntents } from "./kept-intents.ts";
import type { Moved } from "./ledger.ts";
import { changeDocument, changeText } from "./mutate.ts";
import { saidBy } from "./said.ts";
import { outcome } from "./target.ts";
import type { Outcome, Target } from "./target.ts";

interface Asked {
  /** What an intent's id begins with. */
  readonly prefix: string;
  readonly mounted: (gateway: Gateway) => Mounted;
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Shillings of an intent whose request names no amount. */
  readonly otherwise?: number;
}

const CENTS = 100;
const ORDER = { amount: AMOUNT, phone: "0722 000 333", reference: "INV-9" };
const ROWS = [
  { phone: "0711 000 001", amount: 1_000, reference: "EMP-1", remarks: "November" },
  { phone: "0711 000 002", amount: 500 },
];

const ASKED = {
  "start of a payment": {
    prefix: "pay_",
    mounted: ({ outside, surroundings }) =>
      mount(ROUTES.startPayment, startPaymentProcess({ ...outside, planted: NONE })(surroundings)),
    params: {},
    body: { ...ORDER, description: "Order 9", metadata: { basket: "b-73" } },
  },
  "start of a payout": {
    prefix: "pyo_",
    mounted: ({ outside, surroundings }) => {
      const door = doorProcess("start-payout", outside)(surroundings);
      return mount(ROUTES.startPayout, (call) => door(({ startPayout }) => startPayout(call)));
    },
    params: {},
    body: { ...ORDER, kind: "salary", remarks: "November", metadata: { run: "11" } },
  },
  "start of a refund": {
    prefix: "rfd_",
    mounted: ({ outside, surroundings }) => {
      const door = doorProcess("start-refund", outside)(surroundings);
      return mount(ROUTES.startRefund, (call) => door(({ startRefund }) => startRefund(call)));
    },
    params: { id: IDS.paid },
    body: { amount: AMOUNT - 1, reason: "One of two items was out of stock" },
    otherwise: AMOUNT,
  },
  "start of a batch": {
    prefix: "bat_",
    mounted: ({ outside, surroundings }) => {
      const door = doorProcess("start-batch", outside)(surroundings);
      return mount(ROUTES.startBatch, (call) => door(({ startBatch }) => startBatch(call)));
    },
    params: {},
    body: { reference: "PAYROLL-2026-11", kind: "salary", payouts: ROWS },
  },
} as const satisfies Readonly<Record<string, Asked>>;

const CALLER = toContext({ kind: "key", keyId: "key_fuzz", storefront: STOREFRONT, scopes: [...SCOPES] });

/** How a planted bug changes what a route answers with; the identity changes nothing. */
export type RouteBug = (answer: Mounted["answer"], gateway: Gateway) => Mounted["answer"];
const asItIs: RouteBug = (answer) => answer;

const ask = (mounted: Mounted, params: Asked["params"], { body, key }: { body: string; key: string }) => {
  const { route } = mounted;
  return serve([mounted])({
    ...{ method: route.method, route: route.path, params, query: {}, body, authoriser: CALLER, requestId: "fuzz" },
    headers: { "content-type": "application/json", "idempotency-key": key },
    ...{ sourceAddress: "203.0.113.7", remainingMs },
  });
};

/** Shillings that the body names, wherever. */
const amountsIn = (body: string): readonly number[] =>
  (saidBy(body) ?? []).filter(({ name }) => name === "amount").map(({ value }) => Number(value));

/** Whether the intent is over the money that was asked for; a batch may leave rows out, with the reason of each. */
const isOver = async (
  gateway: Gateway,
  { id, amount }: Moved,
  { body, otherwise }: Pick<Asked, "otherwise"> & { body: string },
) => {
  const amounts = amountsIn(body);
  if (!id.startsWith("bat_")) return amount === (amounts.length === 0 ? (otherwise ?? 0) : (amounts[0] ?? 0)) * CENTS;
  const batch = await gateway.parts().held.batches.read(id);
  const payable = amounts.filter((each) => each > 0).reduce((sum, each) => sum + each, 0);
  return (batch?.rows?.total ?? 0) <= payable * CENTS;
};

const request = (chance: Chance, asked: Asked): { body: string; key: string } => {
  const [body, key] = [JSON.stringify(asked.body), "order-9"];
  return { body: changeDocument(chance, body), key: chance.happens(0.1) ? changeText(chance, key) : key };
};

const isTaken = ({ status }: HttpResponse): boolean => status === 201;

const through =
  (asked: Asked, bug: RouteBug) =>
  async (chance: Chance): Promise<Outcome> => {
    const sent = request(chance, asked);
    const gateway = createGateway(await keptIntents());
    const mounted = asked.mounted(gateway);
    const planted = { ...mounted, answer: bug(mounted.answer, gateway) };
    const first = await ask(planted, asked.params, sent);
    const { moved, writes, wrong } = gateway.ledger.seen();
    const [intent] = moved;
    const isOne = moved.length === 1 && intent?.isNew === true && intent.id.startsWith(asked.prefix);
    const again = await ask(planted, asked.params, sent);
    return outcome(`${sent.key} ${sent.body}`, isTaken(first), {
      [`answered ${first.status}`]: !isTaken(first) && (first.status < 400 || first.status >= 500),
      "written although it was refused": !isTaken(first) && writes > 0,
      "taken, and not as one intent": isTaken(first) && !isOne,
      "taken over other money":
        isTaken(first) && intent !== undefined && !(await isOver(gateway, intent, { ...asked, ...sent })),
      [`answered ${first.status}, then ${again.status}`]: first.status !== again.status,
      "written when it was sent again": gateway.ledger.seen().writes > writes,
      [wrong.join()]: wrong.length > 0,
    });
  };

export type RouteName = keyof typeof ASKED;

/** What is asked of this route, with a bug that was planted in front of it. */
export const routeTarget = (name: RouteName, bug: RouteBug = asItIs): Target => ({
  name,
  weight: 2,
  run: through(ASKED[name], bug),
});

const isRouteName = (name: string): name is RouteName => Object.hasOwn(ASKED, name);

export const ROUTE_TARGETS: readonly Target[] = Object.keys(ASKED)
  .filter(isRouteName)
  .map((name) => routeTarget(name));
