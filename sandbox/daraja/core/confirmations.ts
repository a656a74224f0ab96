/**
 * Telling a shortcode that a customer paid it: once for each payment, made by push or from the phone's menu, where URLs
 * were registered. What goes wrong with it is a fault of its own, under a path of its own, so that losing a push's
 * callback and losing its confirmation are two things.
 */
import { c2bBody, type Told } from "./c2b-body.ts";
import type { C2bUrlBook } from "./c2b-urls.ts";
import type { CallbackAttempt } from "./callback-attempts.ts";
import type { Callbacks } from "./callbacks.ts";
import { wait, type Clock } from "./clock.ts";
import { combineFaults, type CallbackPlan, type FaultBook } from "./faults.ts";
import { jittered, type Random } from "./random.ts";
import type { Switches } from "./switches.ts";

/** What a fault rule names to strike confirmations; no request goes there. */
const CONFIRMATION_PATH = "/c2b/confirmation";
export const VALIDATION_PATH = "/c2b/validation";

/** What goes wrong on the way of one of these. */
export const planFor = (
  faults: Pick<FaultBook, "strike">,
  path: string,
  told: Pick<Told, "msisdn" | "reference" | "transactionId">,
): CallbackPlan => {
  const references = [told.reference, told.transactionId];
  const struck = faults.strike({ path, callsBack: "itself", msisdn: told.msisdn, references }, "execution");
  return combineFaults(struck).callback;
};

/** What became of one confirmation: kept with its payment. */
export type Confirmation = {
  /** It will never come. */
  readonly lost: boolean;
  readonly attempts: readonly CallbackAttempt[];
};

type Parts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly urls: Pick<C2bUrlBook, "of">;
  readonly callbacks: Pick<Callbacks, "tell">;
  readonly faults: Pick<FaultBook, "strike">;
  readonly switches: () => Switches;
};

export type Confirmations = ReturnType<typeof createConfirmations>;

export const createConfirmations = ({ clock, random, urls, callbacks, faults, switches }: Parts) => ({
  /**
   * Sends the confirmation of a payment that has just moved money. `confirmation` is null where nobody registered;
   * `told` resolves when the last attempt is over.
   */
  send(told: Told, changed: () => void): { confirmation: Confirmation | null; told: Promise<void> } {
    const registered = urls.of(told.shortcode);
    if (registered === undefined) return { confirmation: null, told: Promise.resolve() };
    const plan = planFor(faults, CONFIRMATION_PATH, told);
    const attempts: CallbackAttempt[] = [];
    const { version, confirmationUrl: url } = registered;
    const deliver = async (): Promise<void> => {
      const { c2b_confirmation_ms: usualMs, time_scale: scale } = switches();
      await wait(clock, jittered(random, usualMs) * scale);
      const bodies = (): string[] => [c2bBody(told, { version, switches: switches(), plan })];
      await callbacks.tell({ plan, url, headers: {}, bodies, attempts, changed });
    };
    return { confirmation: { lost: plan.drop === true, attempts }, told: deliver() };
  },
});
