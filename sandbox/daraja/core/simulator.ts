/**
 * The whole simulator as one value: requests in, outcomes out, callbacks through `deliver`. It holds no socket, no timer
 * and no global state, so several can live in one process and one can live under a virtual clock.
 */
import type { Clock } from "./clock.ts";
import { createControl } from "./control.ts";
import type { Deliver, IncomingRequest, Outcome } from "./exchange.ts";
import { createGateway } from "./gateway.ts";
import { createIds } from "./ids.ts";
import { balanceEndpoints } from "./account-balance.ts";
import { b2cEndpoints } from "./b2c.ts";
import { c2bEndpoints } from "./c2b.ts";
import { sandboxInitiator, type InitiatorSeed } from "./initiators.ts";
import { sandboxBulkPayers, sandboxPaybill, type BulkPayer, type Merchant } from "./merchants.ts";
import { oauthEndpoints } from "./oauth.ts";
import { pullEndpoints } from "./pull.ts";
import { seededRandom } from "./random.ts";
import { reversalEndpoints } from "./reversal-endpoint.ts";
import { stkEndpoints } from "./stk.ts";
import type { SwitchChanges } from "./switches.ts";
import { createCredentialReader } from "./security-credential.ts";
import { createTokens } from "./tokens.ts";
import { statusEndpoints } from "./transaction-status.ts";
import { latest, transactionView, type Transaction, type TransactionView } from "./transactions.ts";
import { createWorld, type Surroundings, type World } from "./world.ts";

export type SimulatorParts = {
  readonly clock: Clock;
  readonly deliver: Deliver;
  /** Two simulators with the same seed, clock and requests give the same answers. */
  readonly seed: number;
  readonly consumer?: { readonly key: string; readonly secret: string };
  readonly merchants?: readonly Merchant[];
  /** Organisations that only pay out; every merchant can as well. */
  readonly bulkPayers?: readonly BulkPayer[];
  /** What each Utility account holds at the start and after every reset, in whole shillings. */
  readonly utilityShillings?: number;
  readonly initiators?: readonly InitiatorSeed[];
  /** PEM of the key that security credentials are read with; the one of the simulator's own certificate otherwise. */
  readonly privateKey?: string;
  /** The switches at the start and after every reset. */
  readonly switches?: SwitchChanges;
};

/** What a watcher hears: a transaction that changed, or that everything was forgotten. */
export type SimulatorEvent =
  | { readonly type: "transaction"; readonly transaction: TransactionView }
  | { readonly type: "reset" };

const families = [
  oauthEndpoints,
  stkEndpoints,
  c2bEndpoints,
  pullEndpoints,
  b2cEndpoints,
  reversalEndpoints,
  statusEndpoints,
  balanceEndpoints,
];

export type Simulator = ReturnType<typeof createSimulator>;

const RECENT_MAX = 50;
const UTILITY_SHILLINGS = 5_000_000;

export const createSimulator = (parts: SimulatorParts) => {
  const watchers = new Set<(event: SimulatorEvent) => void>();
  const announce = (event: SimulatorEvent): void => {
    for (const watcher of watchers) watcher(event);
  };
  const random = seededRandom(parts.seed);
  const ids = createIds(parts.clock, random);
  const merchants = parts.merchants ?? [sandboxPaybill];
  const organisations = [...merchants, ...(parts.bulkPayers ?? sandboxBulkPayers)];
  const surroundings: Surroundings = {
    clock: parts.clock,
    random,
    deliver: parts.deliver,
    ids,
    tokens: createTokens(parts.clock, ids),
    consumer: parts.consumer ?? { key: "malipo", secret: "malipo" },
    merchants: new Map(merchants.map((merchant) => [merchant.shortcode, merchant])),
    organisations: new Map(organisations.map(({ shortcode, name }) => [shortcode, name])),
    utilityShillings: parts.utilityShillings ?? UTILITY_SHILLINGS,
    initiatorSeeds: parts.initiators ?? [sandboxInitiator],
    readCredential: createCredentialReader(parts.privateKey),
    initialSwitches: parts.switches ?? {},
    transactionChanged: (transaction: Transaction) => {
      if (watchers.size > 0) announce({ type: "transaction", transaction: transactionView(transaction) });
    },
  };

  const begin = (): { world: World; gateway: ReturnType<typeof createGateway> } => {
    const world = createWorld(surroundings);
    const endpoints = families.flatMap((family) => family(world));
    return { world, gateway: createGateway(world, endpoints) };
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
    /** The transactions of each kind taken last, newest first. */
    recent: (): TransactionView[] => latest(now.world, RECENT_MAX).map(transactionView),
    /** Calls `watcher` on every change; the function that comes back ends it. */
    watch(watcher: (event: SimulatorEvent) => void): () => void {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    /** Cancels every wait. */
    stop: (): void => now.world.stop(),
  };
};
