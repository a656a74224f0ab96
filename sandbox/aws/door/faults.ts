/** Faults that a test puts between a function and AWS: the answers that production gives once a month, on demand. */
import type { Call } from "./call.ts";
import { matches } from "./call-counter.ts";
import type { CallMatch } from "./call-counter.ts";

export type Fault =
  /** The service does what was asked and the answer is lost on the way. */
  | { readonly kind: "lose_answer" }
  /** The connection breaks before the service hears anything. */
  | { readonly kind: "refuse" }
  /** The service answers that it is asked too often, and does nothing. */
  | { readonly kind: "throttle" }
  /** The service takes its time. */
  | { readonly kind: "delay"; readonly ms: number };

export type FaultRule = { readonly match: CallMatch; readonly fault: Fault; readonly times: number };
export type Faults = {
  /** The next `times` calls that match get the fault. */
  inject(rule: FaultRule): void;
  /** The fault for this call, if any; it is used up by asking. */
  take(call: Call): Fault | null;
  clear(): void;
};

const MAX_RULES = 100;

export const createFaults = (): Faults => {
  const rules: { rule: FaultRule; left: number }[] = [];
  return {
    inject(rule) {
      if (rules.length >= MAX_RULES) throw new Error(`At most ${MAX_RULES} faults can wait at a time. Clear some.`);
      rules.push({ rule, left: rule.times });
    },
    take(call) {
      const index = rules.findIndex(({ rule }) => matches(call, rule.match));
      const entry = rules[index];
      if (entry === undefined) return null;
      entry.left -= 1;
      if (entry.left <= 0) rules.splice(index, 1);
      return entry.rule.fault;
    },
    clear: () => void rules.splice(0),
  };
};
