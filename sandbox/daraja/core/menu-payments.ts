/**
 * The life of every payment from a phone's menu: the business is asked, money moves, the business is told. The last
 * 100,000 are kept.
 */
import type { Clock } from "./clock.ts";
import type { Collect } from "./collection.ts";
import type { Ids } from "./ids.ts";
import type { MenuOrder, MenuPayment } from "./menu-payment.ts";
import type { Metrics } from "./metrics.ts";
import type { createValidator, Validation } from "./validation.ts";

const PAYMENTS_MAX = 100_000;

type Parts = {
  readonly clock: Clock;
  readonly ids: Pick<Ids, "receipt" | "conversation">;
  readonly collect: Collect;
  readonly validate: ReturnType<typeof createValidator>;
  readonly metrics: Pick<Metrics, "count">;
  readonly changed: (payment: MenuPayment) => void;
};

const orderOf = ({ kind, shortcode, msisdn, cents, reference }: MenuOrder) => ({
  kind,
  shortcode,
  msisdn,
  cents,
  reference,
});

export type MenuPayments = ReturnType<typeof createMenuPayments>;

export const createMenuPayments = (parts: Parts) => {
  const { clock, ids, changed } = parts;
  const byId = new Map<string, MenuPayment>();

  const keep = (payment: MenuPayment): void => {
    const [oldest] = byId.keys();
    if (byId.size >= PAYMENTS_MAX && oldest !== undefined) byId.delete(oldest);
    byId.set(payment.transactionId, payment);
  };

  const pay = (payment: MenuPayment, { thirdPartyTransId }: Validation): void => {
    const { transactionId: receipt, takenAtMs: initiatedAtMs } = payment;
    const completedAtMs = clock.now();
    Object.assign(payment, { state: "paid", settledAtMs: completedAtMs });
    const collected = {
      ...orderOf(payment),
      by: "menu",
      receipt,
      initiatedAtMs,
      completedAtMs,
      thirdPartyTransId,
    } as const;
    payment.confirmation = parts.collect(collected, () => changed(payment)).confirmation;
  };

  const live = async (payment: MenuPayment): Promise<void> => {
    const { transactionId, takenAtMs: atMs, validations } = payment;
    const asked = { ...orderOf(payment), transactionId, atMs, balance: null, thirdPartyTransId: "" };
    const validation = await parts.validate(asked, validations);
    payment.validation = validation;
    if (validation.refusal === null) pay(payment, validation);
    else Object.assign(payment, { state: "failed", settledAtMs: clock.now() });
    changed(payment);
  };

  return {
    /** M-PESA takes the customer's order. `settled`: money moved, or will not. */
    take(order: MenuOrder): { payment: MenuPayment; settled: Promise<void> } {
      const payment: MenuPayment = {
        ...order,
        transactionId: ids.receipt(),
        conversationId: ids.conversation(),
        takenAtMs: clock.now(),
        state: "validating",
        validation: null,
        settledAtMs: null,
        confirmation: null,
        validations: [],
      };
      keep(payment);
      parts.metrics.count("menu_payments_taken");
      changed(payment);
      return { payment, settled: live(payment) };
    },
    find: (transactionId: string): MenuPayment | undefined => byId.get(transactionId),
    /** Oldest first. */
    all: (): IterableIterator<MenuPayment> => byId.values(),
  };
};
