/**
 * Everything the endpoints share. A reset throws the world away and makes a new one: nothing is cleared by hand, so
 * nothing can be forgotten. Only names (no receipt twice) and tokens (clients hold them) live longer.
 */
import { createCallbacks } from "./callbacks.ts";
import { stoppable, type Clock } from "./clock.ts";
import type { Deliver } from "./exchange.ts";
import { createFaultBook } from "./faults.ts";
import type { Ids } from "./ids.ts";
import { createLimiter } from "./limiter.ts";
import type { Merchant } from "./merchants.ts";
import { createMetrics } from "./metrics.ts";
import type { Push } from "./push.ts";
import { createPushes } from "./pushes.ts";
import { createRegister } from "./register.ts";
import type { Random } from "./random.ts";
import { Switches, type SwitchChanges } from "./switches.ts";
import type { Tokens } from "./tokens.ts";

export type Surroundings = {
  readonly clock: Clock;
  readonly random: Random;
  readonly deliver: Deliver;
  readonly ids: Ids;
  readonly tokens: Tokens;
  readonly consumer: { readonly key: string; readonly secret: string };
  readonly merchants: ReadonlyMap<string, Merchant>;
  readonly initialSwitches: SwitchChanges;
  readonly pushChanged: (push: Push) => void;
};

export type World = ReturnType<typeof createWorld>;

export const createWorld = (surroundings: Surroundings) => {
  const { clock, stop, stopped, isStopped } = stoppable(surroundings.clock);
  let current = Switches.parse(surroundings.initialSwitches);
  const switches = (): Switches => current;
  const { ids } = surroundings;
  /** A world that was reset sends nothing more and is heard of no more, even where a delivery was under way. */
  const deliver: Deliver = (request) =>
    isStopped() ? Promise.reject(new Error("reset")) : surroundings.deliver(request);
  const changed = (push: Push): void => {
    if (!isStopped()) surroundings.pushChanged(push);
  };
  const metrics = createMetrics();
  const callbacks = createCallbacks({ clock, deliver, metrics, switches, changed });
  const register = createRegister();
  const pushes = createPushes({ clock, ids, register, callbacks, metrics, switches, changed });
  return {
    ...surroundings,
    clock,
    deliver,
    metrics,
    pushes,
    register,
    switches,
    setSwitches(next: Switches): void {
      current = next;
    },
    faults: createFaultBook(),
    limiter: createLimiter(clock),
    /** Payments whose first submit has already met its fault, by phone and reference. */
    firstSubmits: new Set<string>(),
    stop,
    /** Resolves when this world is thrown away: nobody waits in it for ever. */
    stopped,
  };
};
