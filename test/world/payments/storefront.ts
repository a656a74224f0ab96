/**
 * A storefront that wants to be paid: it sends a request until it has an answer, from several devices at once when it is
 * impatient, always under the order's key. What must stay true: it never learns more than an HTTP client would.
 */
import type { Call } from "../../../functions/api/endpoint.ts";
import type { ROUTES } from "../../../functions/api/contract.ts";
import type { Reply } from "../../../functions/api/reply.ts";
import type { Chance } from "../core/prng.ts";
import type { VirtualTime } from "../core/virtual-time.ts";
import type { Order } from "./scenario.ts";

export type StartCall = Call<typeof ROUTES.startPayment>;

/** What one device was told in the end. */
export interface Told {
  readonly key: string;
  readonly amount: number;
  /** The payment's id, or the problem's code; null when it gave up without an answer. */
  readonly answer: { readonly payment: string; readonly amount: number } | { readonly problem: string } | null;
}

export interface StorefrontParts {
  readonly api: (call: StartCall) => Promise<Reply>;
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly lost: () => number;
  readonly newName: () => string;
  readonly note: (what: string) => void;
}

const ATTEMPTS = 6;
const LATENCY_MS = { least: 20, most: 200 } as const;
const PATIENCE_MS = { first: 1_000, spread: 2_000 } as const;
const TIMEOUT_MS = 30_000;

const callOf = (order: Order, amount: number, requestId: string): StartCall => ({
  caller: { kind: "key", keyId: "key_world", storefront: "shop", scopes: ["payments:write"] },
  params: {},
  query: {},
  body: { amount, phone: order.msisdn, reference: order.reference },
  idempotencyKey: order.key,
  accept: "application/json",
  requestId,
  remainingMs: () => TIMEOUT_MS,
});

const read = (reply: Reply): NonNullable<Told["answer"]> => {
  if (reply.reply === "problem") return { problem: reply.code };
  const body = reply.reply === "resource" ? reply.body : {};
  const { id, amount } = body as { id: string; amount: number };
  return { payment: id, amount };
};

export const createStorefront = ({ api, time, chance, lost, newName, note }: StorefrontParts) => {
  const travel = (): Promise<void> => time.wait(chance.between(LATENCY_MS.least, LATENCY_MS.most));

  /** One request; null when no answer came. */
  const ask = async (order: Order, amount: number): Promise<Told["answer"]> => {
    await travel();
    if (chance.happens(lost())) return null;
    try {
      const reply = await api(callOf(order, amount, newName()));
      await travel();
      return chance.happens(lost()) ? null : read(reply);
    } catch {
      return null;
    }
  };

  /** One device's whole effort. */
  return async (order: Order, amount: number): Promise<Told> => {
    const told = { key: order.key, amount };
    for (let tried = 1; tried <= ATTEMPTS; tried += 1) {
      const answer = await ask(order, amount);
      if (answer) {
        note(`${order.key} is told ${"problem" in answer ? answer.problem : answer.payment}`);
        return { ...told, answer };
      }
      note(`${order.key} heard nothing, attempt ${tried}`);
      await time.wait(PATIENCE_MS.first * tried + chance.next() * PATIENCE_MS.spread);
    }
    return { ...told, answer: null };
  };
};
