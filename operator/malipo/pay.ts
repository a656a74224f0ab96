/** `pay`: asks a phone for money and shows how it goes on until it has ended. */
import type { Malipo, Payment } from "../../web/client/src/malipo.ts";
import { NotDone } from "../refusal.ts";
import type { MalipoDeps } from "./deps.ts";
import { paintStatus, shillings, timeOfDay } from "./paint.ts";
import type { Paint } from "./paint.ts";

type Deps = Pick<MalipoDeps, "clock" | "terminal" | "paint" | "signal">;

const STAGES: Readonly<Record<NonNullable<Payment["stage"]>, string>> = {
  sending: "the request is on its way to M-PESA",
  awaiting_customer: "the phone rings: M-PESA waits for the PIN",
  confirming: "nobody knows yet how it ended: M-PESA is asked",
};

const words = (paint: Paint, { status, stage, receipt, failure }: Payment): string => {
  const more = stage === null ? receipt : STAGES[stage];
  const why = failure === null ? null : `${failure.code}: ${failure.message}`;
  return [paintStatus(paint, status), more, why].filter((word) => word !== null).join("  ");
};

export interface Wish {
  readonly phone: string;
  readonly amount: number;
  readonly reference: string | null;
}

/** @throws NotDone when it ended without money. */
export const pay = async (deps: Deps, shop: Malipo, { phone, amount, reference }: Wish): Promise<void> => {
  const { clock, terminal, paint, signal } = deps;
  const began = clock.now();
  const payment = await shop.startPayment(
    { amount, phone, reference: reference ?? `CLI-${began.toString(36).slice(-8).toUpperCase()}` },
    { signal },
  );
  terminal.answer(`${paint("bold", payment.id)}  ${shillings(amount)}  ${payment.phone ?? ""}  ${payment.reference}`);
  const ended = await shop.waitForPayment(payment, {
    signal,
    onChange: (seen) => terminal.answer(`${paint("dim", timeOfDay(clock.now()))}  ${words(paint, seen)}`),
  });
  if (ended.status !== "succeeded") throw new NotDone(`No money came: the payment ended ${ended.status}.`);
  terminal.say(`Paid after ${((clock.now() - began) / 1_000).toFixed(1)} s.`);
};
