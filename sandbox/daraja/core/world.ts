/**
 * Everything the endpoints share. A reset throws the world away and makes a new one: nothing is cleared by hand, so
 * nothing can be forgotten. Only names (no receipt twice) and tokens (clients hold them) live longer.
 */
import { createAccounts } from "./accounts.ts";
import { createCallbacks } from "./callbacks.ts";
import { stoppable, type Clock } from "./clock.ts";
import type { Deliver } from "./exchange.ts";
import { createFaultBook } from "./faults.ts";
import { createFirstSubmits } from "./first-submits.ts";
import type { Ids } from "./ids.ts";
import { createInitiators, type InitiatorSeed } from "./initiators.ts";
import { createInquiries } from "./inquiries.ts";
import { createLimiter } from "./limiter.ts";
import type { Merchant } from "./merchants.ts";
import { createMetrics } from "./metrics.ts";
import { createPayoutBook } from "./payout-book.ts";
import { createPayouts } from "./payouts.ts";
import { createPushes } from "./pushes.ts";
import { createRegister } from "./register.ts";
import type { Random } from "./random.ts";
import type { createCredentialReader } from "./security-credential.ts";
import { Switches, type SwitchChanges } from "./switches.ts";
import type { Tokens } from "./tokens.ts";
import type { Transaction } from "./transactions.ts";

export type Surroundings = {
  readonly clock: Clock;
  readonly random: Random;
  readonly deliver: Deliver;
  readonly ids: Ids;
  readonly tokens: Tokens;
  readonly consumer: { readonly key: string; readonly secret: string };
  readonly merchants: ReadonlyMap<string, Merchant>;
  /** Everyone with a float, by shortcode: the merchants and those who only pay out. */
  readonly organisations: ReadonlyMap<string, string>;
  readonly utilityShillings: number;
  readonly initiatorSeeds: readonly InitiatorSeed[];
  readonly readCredential: ReturnType<typeof createCredentialReader>;
  readonly initialSwitches: SwitchChanges;
  readonly transactionChanged: (transaction: Transaction) => void;
};

export type World = ReturnType<typeof createWorld>;

export const createWorld = (surroundings: Surroundings) => {
  const { clock, stop, stopped, isStopped } = stoppable(surroundings.clock);
  let current = Switches.parse(surroundings.initialSwitches);
  const switches = (): Switches => current;
  const { ids, random, organisations } = surroundings;
  /** A world that was reset sends nothing more and is heard of no more, even where a delivery was under way. */
  const deliver: Deliver = (request) =>
    isStopped() ? Promise.reject(new Error("reset")) : surroundings.deliver(request, isStopped);
  const changed = (transaction: Transaction): void => {
    if (!isStopped()) surroundings.transactionChanged(transaction);
  };
  const metrics = createMetrics();
  const callbacks = createCallbacks({ clock, deliver, metrics, switches });
  const register = createRegister();
  const accounts = createAccounts(organisations.keys(), surroundings.utilityShillings);
  const { initiatorSeeds: seeds, readCredential } = surroundings;
  const initiators = createInitiators({ seeds, readCredential, switches });
  const payoutBook = createPayoutBook();
  const life = { clock, random, ids, accounts, initiators, callbacks, metrics, switches, changed };
  return {
    ...surroundings,
    clock,
    deliver,
    metrics,
    accounts,
    initiators,
    register,
    pushes: createPushes({ ...life, register }),
    payoutBook,
    payouts: createPayouts({ ...life, book: payoutBook }),
    inquiries: createInquiries(life),
    switches,
    setSwitches(next: Switches): void {
      current = next;
    },
    faults: createFaultBook(),
    limiter: createLimiter(clock),
    firstSubmits: createFirstSubmits(),
    stop,
    /** Resolves when this world is thrown away: nobody waits in it for ever. */
    stopped,
  };
};
