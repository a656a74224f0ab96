/**
 * Everything the endpoints share. A reset throws the world away and makes a new one: nothing is cleared by hand, so
 * nothing can be forgotten. Only names (no receipt twice) and tokens (clients hold them) live longer.
 */
import { createAccounts } from "./accounts.ts";
import { createAsk } from "./asking.ts";
import { createC2bUrlBook } from "./c2b-urls.ts";
import { createNote } from "./callback-attempts.ts";
import { createCallbacks } from "./callbacks.ts";
import { stoppable, type Clock } from "./clock.ts";
import { createCollect } from "./collection.ts";
import { createConfirmations } from "./confirmations.ts";
import type { Deliver } from "./exchange.ts";
import { createFaultBook } from "./faults.ts";
import { createFirstSubmits } from "./first-submits.ts";
import type { Ids } from "./ids.ts";
import { createInitiators, type InitiatorSeed } from "./initiators.ts";
import { createInquiries } from "./inquiries.ts";
import { createJournal } from "./journal.ts";
import { createLimiter } from "./limiter.ts";
import { createMenuPayments } from "./menu-payments.ts";
import type { Merchant } from "./merchants.ts";
import { createMetrics } from "./metrics.ts";
import { createPayoutBook } from "./payout-book.ts";
import { createPayouts } from "./payouts.ts";
import { createPullBook } from "./pull-book.ts";
import { createPushes } from "./pushes.ts";
import { createRegister } from "./register.ts";
import type { Random } from "./random.ts";
import { createReversalBook } from "./reversal-book.ts";
import { createReversals } from "./reversals.ts";
import type { createCredentialReader } from "./security-credential.ts";
import { createStatementFaults } from "./statement-faults.ts";
import { Switches, type SwitchChanges } from "./switches.ts";
import type { Tokens } from "./tokens.ts";
import type { Transaction } from "./transactions.ts";
import { createTreasury } from "./treasury.ts";
import { createValidator } from "./validation.ts";

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
  const { initiatorSeeds: seeds, readCredential } = surroundings;
  const metrics = createMetrics();
  const faults = createFaultBook(random);
  const outward = { clock, deliver, metrics, switches, note: createNote({ clock, metrics, switches }) };
  const callbacks = createCallbacks(outward);
  const initiators = createInitiators({ seeds, readCredential, switches });
  const journal = createJournal();
  const accounts = createAccounts(organisations.keys(), surroundings.utilityShillings, journal);
  const urls = createC2bUrlBook();
  const register = createRegister();
  const payoutBook = createPayoutBook();
  const reversalBook = createReversalBook();
  const life = { clock, random, ids, journal, accounts, initiators, callbacks, metrics, switches, changed };
  const confirmations = createConfirmations({ ...life, urls, faults });
  const collect = createCollect({ accounts, confirmations, switches });
  const validate = createValidator({ urls, ask: createAsk(outward), faults, switches });
  return {
    ...surroundings,
    clock,
    deliver,
    metrics,
    journal,
    accounts,
    treasury: createTreasury(life),
    initiators,
    register,
    pushes: createPushes({ ...life, register, collect }),
    c2bUrls: urls,
    menuPayments: createMenuPayments({ ...life, collect, validate }),
    pullBook: createPullBook(),
    payoutBook,
    payouts: createPayouts({ ...life, book: payoutBook }),
    reversalBook,
    reversals: createReversals({ ...life, book: reversalBook }),
    inquiries: createInquiries(life),
    statementFaults: createStatementFaults(),
    switches,
    setSwitches(next: Switches): void {
      current = next;
    },
    faults,
    limiter: createLimiter(clock),
    firstSubmits: createFirstSubmits(),
    stop,
    /** Resolves when this world is thrown away: nobody waits in it for ever. */
    stopped,
  };
};
