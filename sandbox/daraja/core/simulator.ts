/**
 * The whole simulator as one value: requests in, outcomes out, callbacks through `deliver`. It holds no socket, no timer
 * and no global state, so several can live in one process and one can live under a virtual clock.
 */
import type { Clock } from "./clock.ts";
import { createControl } from "./control.ts";
import type { Deliver, IncomingRequest, Outcome } from "./exchange.ts";
import { createGateway } from "./gateway.ts";
import { createIds } from "./ids.ts";
import { sandboxPaybill, type Merchant } from "./merchants.ts";
import { oauthEndpoints } from "./oauth.ts";
import { pushView, type Push, type PushView } from "./push.ts";
import { seededRandom } from "./random.ts";
import { stkEndpoints } from "./stk.ts";
import type { SwitchChanges } from "./switches.ts";
import { createTokens } from "./tokens.ts";
import { createWorld, type Surroundings, type World } from "./world.ts";

export type SimulatorParts = {
  readonly clock: Clock;
  readonly deliver: Deliver;
  /** Two simulators with the same seed, clock and requests give the same answers. */
  readonly seed: number;
  readonly consumer?: { readonly key: string; readonly secret: string };
  readonly merchants?: readonly Merchant[];
  /** The switches at the start and after every reset. */
  readonly switches?: SwitchChanges;
};

/** What a watcher hears: a payment that changed, or that everything was forgotten. */
export type SimulatorEvent =
  { readonly type: "transaction"; readonly transaction: PushView } | { readonly type: "reset" };

export type Simulator = ReturnType<typeof createSimulator>;

const RECENT_MAX = 50;

export const createSimulator = (parts: SimulatorParts) => {
  const watchers = new Set<(event: SimulatorEvent) => void>();
  const announce = (event: SimulatorEvent): void => {
    for (const watcher of watchers) watcher(event);
  };
  const random = seededRandom(parts.seed);
  const ids = createIds(parts.clock, random);
  const surroundings: Surroundings = {
    clock: parts.clock,
    random,
    deliver: parts.deliver,
    ids,
    tokens: createTokens(parts.clock, ids),
    consumer: parts.consumer ?? { key: "malipo", secret: "malipo" },
    merchants: new Map((parts.merchants ?? [sandboxPaybill]).map((merchant) => [merchant.shortcode, merchant])),
    initialSwitches: parts.switches ?? {},
    pushChanged: (push: Push) => {
      if (watchers.size > 0) announce({ type: "transaction", transaction: pushView(push) });
    },
  };

  const begin = (): { world: World; gateway: ReturnType<typeof createGateway> } => {
    const world = createWorld(surroundings);
    return { world, gateway: createGateway(world, [...oauthEndpoints(world), ...stkEndpoints(world)]) };
  };
  let now = begin();
  const control = createControl({
    world: () => now.world,
    reset() {
      now.world.stop();
      now = begin();
      announce({ type: "reset" });
    },
  });

  return {
    /** Answers one request, to Daraja's paths or to the control API. */
    handle: (request: IncomingRequest): Promise<Outcome> =>
      request.path.startsWith("/simulator/") ? control(request) : now.gateway(request),
    /** The payments taken last, newest first. */
    recent: (): PushView[] => [...now.world.register.all()].slice(-RECENT_MAX).reverse().map(pushView),
    /** Calls `watcher` on every change; the function that comes back ends it. */
    watch(watcher: (event: SimulatorEvent) => void): () => void {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    /** Cancels every wait. */
    stop: (): void => now.world.stop(),
  };
};
