/**
 * One world of payments from one seed: storefronts, payers, the gateway's own code, the simulator's core and everything that
 * goes wrong between them, under one clock and one source of chance. What must stay true: the seed decides everything, so
 * a world that went wrong can be lived through again, event by event.
 */
import { AT } from "../../../functions/store/transaction-item.ts";
import { FUNCTIONS } from "../../../lib/functions.ts";
import type { PushView } from "../../../sandbox/daraja/core/push.ts";
import { createSimulator } from "../../../sandbox/daraja/core/simulator.ts";
import type { Simulator } from "../../../sandbox/daraja/core/simulator.ts";
import { underTime } from "../core/machine-time.ts";
import { createChance } from "../core/prng.ts";
import { createLink } from "../dynamo/link.ts";
import { control, forge, startClockwork, startPayers, startStorefront } from "./actors.ts";
import type { Knock } from "./actors.ts";
import { START, createBareWorld } from "./bare-world.ts";
import type { BareWorld, WorldOptions } from "./bare-world.ts";
import { callbackParams, createDelivery, createLine } from "./daraja-line.ts";
import { TABLE_NAMES, startPaymentProcess, stkCallbackProcess, sweepProcess } from "./gateway.ts";
import type { Outside } from "./gateway.ts";
import { violations } from "./invariants.ts";
import type { Acknowledged } from "./invariants.ts";
import { createLambda } from "./lambda.ts";

export interface Lived {
  readonly seed: number;
  /** What must not be and was; empty for a world that held. */
  readonly violations: readonly string[];
  /** The readable timeline. */
  readonly story: readonly string[];
  readonly payments: number;
  readonly events: number;
}

/** When the last question has long been asked, milliseconds after the start. */
const END_MS = 52 * 3_600_000;
const MOST_EVENTS = 200_000;

/** How long an invocation may take: what is deployed says so. */
const timeoutMs = (name: "start-payment" | "stk-callback" | "sweep"): number => FUNCTIONS[name].timeoutSeconds * 1000;

/** The gateway's functions and what they reach. */
const connect = (world: BareWorld) => {
  const { chance, time, note, rates, newName, engine, seed } = world;
  const acknowledged: Acknowledged[] = [];
  const source = (): (() => number) => createChance(chance.split()).next;
  const parts = { time, chance: createChance(chance.split()), note };

  const outside: Outside = {
    send: createLink({ engine, wait: time.wait, random: source(), faults: () => rates().link, note }),
    fetch: createLine({ ...parts, simulator: () => simulator, faults: () => rates().line }),
    wait: time.wait,
    random: source(),
    newName,
    log: world.lines,
    planted: world.planted,
  };
  const lambda = { ...parts, faults: () => rates().lambda };
  const api = createLambda({
    ...lambda,
    name: "start-payment",
    timeoutMs: timeoutMs("start-payment"),
    start: startPaymentProcess(outside),
  });
  const callback = createLambda({
    ...lambda,
    name: "stk-callback",
    timeoutMs: timeoutMs("stk-callback"),
    start: stkCallbackProcess(outside),
  });
  const sweeper = createLambda({
    ...lambda,
    name: "sweep",
    timeoutMs: timeoutMs("sweep"),
    start: sweepProcess(outside),
  });

  /** The status that a callback is answered with; what an ended invocation leaves behind is API Gateway's 502. */
  const knock: Knock = async (arriving) => {
    const { url, body, sourceAddress } = arriving;
    const params = { ...callbackParams(url) };
    const request = {
      method: "POST",
      route: "/callbacks/v1/stk/{id}/{token}",
      params,
      query: {},
      headers: {},
      authoriser: {},
    };
    try {
      const answer = await callback({
        ...request,
        body,
        sourceAddress,
        requestId: newName(),
        remainingMs: () => timeoutMs("stk-callback"),
      });
      note(`callback about ${params.id} answered ${answer.status}`);
      if (answer.status === 200) acknowledged.push({ id: params.id, body });
      return answer.status;
    } catch {
      return 502;
    }
  };
  const deliver = createDelivery({ ...parts, faults: () => rates().callbacks }, knock);
  const simulator: Simulator = createSimulator({
    clock: { now: time.now, after: time.after },
    deliver,
    seed,
    switches: { callback_retries: world.scenario.callbackRetries },
  });
  return { api, sweeper, simulator, knock, acknowledged };
};

/** Lives through the world of one seed. */
export const live = async (options: WorldOptions): Promise<Lived> => {
  const world = createBareWorld(options);
  const { time, scenario, engine, wrong, story } = world;
  const { api, sweeper, simulator, knock, acknowledged } = connect(world);
  let events = 0;
  return underTime(time, async () => {
    if (scenario.rules.length > 0) await control(simulator, "/faults", scenario.rules);
    startPayers(world, simulator);
    startClockwork(world, sweeper);
    forge(world, knock);
    const told = startStorefront(world, api);
    await time.run({ until: START + END_MS, mostEvents: MOST_EVENTS, each: () => void (events += 1) });
    const truth = JSON.parse(await control(simulator, "/transactions")) as { data: readonly PushView[] };
    simulator.stop();
    const ending = { items: engine.all(TABLE_NAMES.transactions), pushes: truth.data, told, acknowledged };
    const payments = ending.items.filter((item) => item[AT.id]?.S?.startsWith("pay_")).length;
    return { seed: options.seed, violations: [...wrong, ...violations(ending)], story, payments, events };
  });
};
