/**
 * What was asked for and how it was answered: the client's own books, kept apart from the ledger's and from M-PESA's.
 */
import type { Answer, Wire } from "./wire.ts";

export type OrderKind = "payment" | "payout" | "refund" | "batch";

export interface Order {
  readonly kind: OrderKind;
  /** The Idempotency-Key. */
  readonly key: string;
  readonly apiKey: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Every answer to this very request. */
  readonly answers: Answer[];
  /** Answers to the same key with another body. */
  readonly otherBodies: Answer[];
}

/** What an order made; null while there is no answer, or when it was refused. */
export const madeBy = ({ answers }: Order): string | null => {
  for (const { status, body } of answers) if (status < 300 && typeof body?.["id"] === "string") return body["id"];
  return null;
};

export interface Orders {
  readonly all: () => readonly Order[];
  /** Asks, as often as it takes, and keeps the answer. */
  readonly place: (order: Omit<Order, "answers" | "otherBodies">) => Promise<Order>;
  /** The very same request once more. */
  readonly repeat: (order: Order) => Promise<void>;
  /** The same key with another body. */
  readonly change: (order: Order, body: Readonly<Record<string, unknown>>) => Promise<void>;
}

export const createOrders = (wire: Wire): Orders => {
  const all: Order[] = [];
  const send = ({ apiKey, path, key }: Order, body: unknown): Promise<Answer> =>
    wire.ask({ method: "POST", path, key: apiKey, idempotencyKey: key, body });
  const repeat = async (order: Order): Promise<void> => void order.answers.push(await send(order, order.body));
  return {
    all: () => all,
    repeat,
    async place(asked) {
      const order: Order = { ...asked, answers: [], otherBodies: [] };
      all.push(order);
      await repeat(order);
      return order;
    },
    change: async (order, body) => void order.otherBodies.push(await send(order, body)),
  };
};
