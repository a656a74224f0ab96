/**
 * One world of payments from one seed: storefronts, payers, the gateway's own code, the simulator's core and everything that
 * goes wrong between them, under one clock and one source of chance. What must stay true: the seed decides everything, so
 * a world that went wrong can be lived through again, event by event.
 */
import { AT } from "../../../functions/store/transaction-item.ts";
import { FUNCTIONS } from "../../../lib/functions.ts";
import type { MenuPaymentView } from "../../../sandbox/daraja/core/menu-payment.ts";
import type { Deliver } from "../../../sandbox/daraja/core/exchange.ts";
import type { PushView } from "../../../sandbox/daraja/core/push.ts";
import { createSimulator } from "../../../sandbox/daraja/core/simulator.ts";
import type { Simulator } from "../../../sandbox/daraja/core/simulator.ts";
import type { TransactionView } from "../../../sandbox/daraja/core/transactions.ts";
import { underTime } from "../core/machine-time.ts";
import { createChance } from "../core/prng.ts";
import type { Chance } from "../core/prng.ts";
import { createLink } from "../dynamo/link.ts";
import type { Lived } from "../lived.ts";
import { control, forge, startClockwork, startMenu, startPayers, startPulls, startStorefront } from "./actors.ts";
import type { Knock } from "./actors.ts";
import { createBareWorld } from "./bare-world.ts";
import type { BareWorld, WorldOptions } from "./bare-world.ts";
import { callbackParams, createDelivery, createLine } from "./daraja-line.ts";
import type { Acknowledged, Ending, Heard } from "./ending.ts";
import { TABLE_NAMES } from "../dynamo/lagging-engine.ts";
import { startPaymentProcess, stkCallbackProcess, sweepProcess } from "./gateway.ts";
import type { Outside } from "./gateway.ts";
import { violations } from "./invariants.ts";
import { createLambda } from "./lambda.ts";
import type { LambdaFaults, Surroundings } from "./lambda.ts";
import { FAULTS_STOP_MS, START } from "./rates.ts";
import { register } from "./registrations.ts";
import { confirmationProcess, pullProcess } from "./told-gateway.ts";

const HOUR_MS = 3_600_000;
/** When the last question has long been asked, milliseconds after the start. */
const END_MS = 52 * HOUR_MS;
const MOST_EVENTS = 200_000;
/** So few that a world's payments fill several pages of a pull. */
const PULL_PAGE_ROWS = 4;

type Name = "start-payment" | "stk-callback" | "sweep" | "confirm-payment" | "pull";

/** Pulls may die when all else has come to rest; the last one of a world lives. */
const pullFaults = ({ time, scenario, rates }: BareWorld): LambdaFaults => {
  const isLast = time.now() - START >= (scenario.pulls.at(-1) ?? 0) * HOUR_MS;
  const isLate = time.now() - START >= FAULTS_STOP_MS;
  return isLate && !isLast
    ? { ...rates().lambda, crash: scenario.latePullsDie ?? rates().lambda.crash }
    : rates().lambda;
};

/** The gateway's functions, each with the time that what is deployed gives it. */
const deploy = (world: BareWorld, outside: Outside, parts: Pick<BareWorld, "time" | "note"> & { chance: Chance }) => {
  const lambda = <I, O>(name: Name, start: (surroundings: Surroundings) => (input: I) => Promise<O>) => {
    const timeoutMs = FUNCTIONS[name].timeoutSeconds * 1000;
    const faults = (): LambdaFaults => (name === "pull" ? pullFaults(world) : world.rates().lambda);
    return createLambda({ ...parts, name, timeoutMs, start, faults });
  };
  return {
    api: lambda("start-payment", startPaymentProcess(outside)),
    stk: lambda("stk-callback", stkCallbackProcess(outside)),
    sweeper: lambda("sweep", sweepProcess(outside)),
    confirmation: lambda("confirm-payment", confirmationProcess(outside)),
    puller: lambda("pull", pullProcess(outside)),
  };
};

type Deployed = ReturnType<typeof deploy>;

/** The status that a callback is answered with; what an ended invocation leaves behind is API Gateway's 502. */
const doorOf =
  ({ note, newName, time }: BareWorld, deployed: Deployed, acknowledged: Acknowledged[]): Knock =>
  async ({ url, body, sourceAddress }) => {
    const isConfirmation = url.includes("/c2b-confirmation/");
    const [name, params] = [isConfirmation ? "confirm-payment" : "stk-callback", { ...callbackParams(url) }] as const;
    const timeoutMs = FUNCTIONS[name].timeoutSeconds * 1000;
    const route = "/callbacks/v1/{kind}/{id}/{token}";
    const request = { method: "POST", route, params, query: {}, headers: {}, authoriser: {}, body, sourceAddress };
    try {
      const invoke = isConfirmation ? deployed.confirmation : deployed.stk;
      const { status } = await invoke({ ...request, requestId: newName(), remainingMs: () => timeoutMs });
      note(`${isConfirmation ? "confirmation" : "callback"} about ${params.id} answered ${status}`);
      if (status === 200) acknowledged.push({ id: params.id, body, from: sourceAddress, at: time.now() });
      return status;
    } catch {
      return 502;
    }
  };

const CHECKOUT = /"CheckoutRequestID":"([^"]+)"/;
const RESULT = /"ResultCode":\s*"?(\w+)"?/;

/** What a kind of world that stands on this one has of its own. */
interface Between {
  /** Takes what M-PESA sends that is no callback of a payment; the rest goes on. */
  readonly deliver: (deliver: Deliver) => Deliver;
  /** Whether M-PESA asks before it takes money. */
  readonly validation: "on" | "off";
}

/** The gateway's functions and what they reach. */
export const connect = (world: BareWorld, between: Between = { deliver: (on) => on, validation: "off" }) => {
  const { chance, time, note, rates, newName, engine, seed } = world;
  const acknowledged: Acknowledged[] = [];
  const answers: Heard[] = [];
  const source = (): (() => number) => createChance(chance.split()).next;
  const parts = { time, chance: createChance(chance.split()), note };
  const heard = (url: string, asked: string, answered: string): void => {
    if (!url.includes("/stkpushquery/")) return;
    const [checkoutId, code = null] = [CHECKOUT.exec(asked)?.[1] ?? "", RESULT.exec(answered)?.[1]];
    answers.push({ checkoutId, code, at: time.now() });
  };

  const outside: Outside = {
    send: createLink({ engine, wait: time.wait, random: source(), faults: () => rates().link, note }),
    fetch: createLine({ ...parts, simulator: () => simulator, faults: () => rates().line, heard }),
    wait: time.wait,
    random: source(),
    newName,
    log: world.lines,
    planted: world.planted,
  };
  const deployed = deploy(world, outside, parts);
  const knock = doorOf(world, deployed, acknowledged);
  const deliver = between.deliver(createDelivery({ ...parts, faults: () => rates().callbacks }, knock));
  const simulator: Simulator = createSimulator({
    clock: { now: time.now, after: time.after },
    deliver,
    seed,
    switches: {
      callback_retries: world.scenario.callbackRetries,
      c2b_validation: between.validation,
      pull_page_rows: PULL_PAGE_ROWS,
    },
  });
  return { deployed, simulator, knock, acknowledged, heard: answers, outside, parts };
};

const isPush = (view: TransactionView): view is PushView => view.kind === "stk_push";
const isFromMenu = (view: TransactionView): view is MenuPaymentView => view.kind === "c2b";

/** What M-PESA took. */
export const truthOf = async (simulator: Simulator): Promise<Pick<Ending, "pushes" | "menu">> => {
  const truth = JSON.parse(await control(simulator, "/transactions")) as { data: readonly TransactionView[] };
  return { pushes: truth.data.filter(isPush), menu: truth.data.filter(isFromMenu) };
};

/** Lives through the world of one seed. */
export const live = async (options: WorldOptions): Promise<Lived> => {
  const world = createBareWorld(options);
  const { time, scenario, engine, wrong, story, restedAt } = world;
  const { deployed, simulator, knock, acknowledged, heard } = connect(world);
  let events = 0;
  return underTime(time, async () => {
    await register(simulator, scenario);
    if (scenario.rules.length > 0) await control(simulator, "/faults", scenario.rules);
    startPayers(world, simulator);
    startMenu(world, simulator);
    startClockwork(world, deployed.sweeper);
    await startPulls(world, deployed.puller);
    forge(world, knock);
    const told = startStorefront(world, deployed.api);
    await time.run({ until: START + END_MS, mostEvents: MOST_EVENTS, each: () => void (events += 1) });
    const truth = await truthOf(simulator);
    simulator.stop();
    const items = engine.all(TABLE_NAMES.transactions);
    const calmAt = START + FAULTS_STOP_MS;
    const ending = { ...truth, items, told, acknowledged, heard, restedAt, calmAt };
    const payments = items.filter((item) => item[AT.id]?.S?.startsWith("pay_")).length;
    return { seed: options.seed, violations: [...wrong, ...violations(ending)], story, payments, events };
  });
};
