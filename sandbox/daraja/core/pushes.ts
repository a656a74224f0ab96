/**
 * The life of every push: taken, prompting, settled, told. Whatever the client hears or does not hear, a push that was
 * taken comes to an end; only one that was paid for moves money.
 */
import { pushTelling } from "./callback-body.ts";
import type { Callbacks } from "./callbacks.ts";
import type { Clock } from "./clock.ts";
import type { Collect, Collected } from "./collection.ts";
import type { CallbackPlan } from "./faults.ts";
import type { Ids } from "./ids.ts";
import type { Metrics } from "./metrics.ts";
import { payerOf, type Act } from "./payers.ts";
import { newPush, type Push, type PushOrder } from "./push.ts";
import type { Register } from "./register.ts";
import * as results from "./results.ts";
import type { StkResult } from "./results.ts";
import type { Switches } from "./switches.ts";

/** How long a prompt waits for a PIN. */
export const PROMPT_MS = 25_000;

export const handsetActions = ["pay", "cancel", "wrong_pin", "ignore"] as const;
export type HandsetAction = (typeof handsetActions)[number];

const resultOf: Record<Exclude<HandsetAction, "ignore">, StkResult> = {
  pay: results.paid,
  cancel: results.cancelled,
  wrong_pin: results.wrongPin,
};

/** What the payer will do; undefined when a person has to answer. A receiver that is not the merchant's fails the push. */
const actsOf = (order: PushOrder): readonly Act[] | undefined =>
  order.partyB === order.receiver ? payerOf(order.msisdn)?.acts : [{ afterMs: 1000, result: results.notPermitted }];

type Parts = {
  readonly clock: Clock;
  readonly ids: Pick<Ids, "checkout" | "request" | "receipt">;
  readonly register: Pick<Register, "open" | "close" | "openOn" | "paid">;
  readonly callbacks: Pick<Callbacks, "tell">;
  readonly collect: Collect;
  readonly metrics: Pick<Metrics, "count">;
  readonly switches: () => Switches;
  readonly changed: (push: Push) => void;
};

const CENTS = 100;

const collectedFrom = (push: Push, receipt: string, completedAtMs: number): Collected => {
  const { kind, shortcode, msisdn, reference, amount, takenAtMs: initiatedAtMs } = push;
  const facts = { kind, shortcode, msisdn, reference, receipt, initiatedAtMs, completedAtMs };
  return { ...facts, by: "push", cents: amount * CENTS, thirdPartyTransId: "" };
};

export const createPushes = (parts: Parts) => {
  const { clock, ids, register, callbacks, metrics, switches, changed } = parts;
  const endings = new WeakMap<Push, { readonly told: () => void; stopPrompt: () => void }>();

  /** Resolves when the payment's confirmation, if any, is over. */
  const pay = (push: Push, receipt: string, atMs: number): Promise<void> => {
    const { confirmation, told } = parts.collect(collectedFrom(push, receipt, atMs), () => changed(push));
    push.confirmation = confirmation;
    return told;
  };

  const settle = async (push: Push, result: StkResult): Promise<void> => {
    const atMs = clock.now();
    const receipt = result.code === results.paid.code ? ids.receipt() : null;
    const state = receipt === null ? "failed" : "paid";
    Object.assign(push, { state, result, receipt, settledAtMs: atMs, prompt: null });
    register.close(push);
    if (receipt !== null) register.paid(push);
    const confirmed = receipt === null ? Promise.resolve() : pay(push, receipt, atMs);
    endings.get(push)?.stopPrompt();
    changed(push);
    if (payerOf(push.msisdn)?.confirmsFirst) await confirmed;
    await callbacks.tell(pushTelling(push, { result, receipt, atMs }, () => changed(push)));
    endings.get(push)?.told();
  };

  const later = (ms: number, push: Push, result: StkResult): (() => void) =>
    clock.after(ms * switches().time_scale, () => void settle(push, result));

  const begin = (push: Push, acts: readonly Act[] | undefined): Promise<void> =>
    new Promise((told) => {
      const ending = { told, stopPrompt: (): void => undefined };
      endings.set(push, ending);
      if (acts === undefined) {
        push.prompt = "rings";
        push.promptExpiresAtMs = clock.now() + PROMPT_MS * switches().time_scale;
        ending.stopPrompt = later(PROMPT_MS, push, results.unreachable);
      } else {
        for (const { afterMs, result } of acts) later(afterMs, push, result);
      }
    });

  return {
    /** M-PESA takes a push; from here on it has an end, whoever hears of it. `told`: the client was told the first end. */
    take(order: PushOrder, plan: CallbackPlan): { push: Push; told: Promise<void> } {
      const names = { checkoutRequestId: ids.checkout(order.msisdn), merchantRequestId: ids.request() };
      const push = newPush({ ...order, ...names, plan, takenAtMs: clock.now() });
      register.open(push);
      metrics.count("pushes_taken");
      const told = begin(push, actsOf(order));
      changed(push);
      return { push, told };
    },

    /** A person answers the phone. Undefined when nothing rings there. */
    answer(msisdn: string, action: HandsetAction): Push | undefined {
      const push = register.openOn(msisdn).find(({ prompt }) => prompt === "rings");
      if (push === undefined) return undefined;
      if (action === "ignore") {
        push.prompt = "ignored";
        changed(push);
      } else {
        void settle(push, resultOf[action]);
      }
      return push;
    },
  };
};
