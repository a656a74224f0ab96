/**
 * Who acts in a world beside the gateway: storefronts that want to be paid, payers with their phones, the clock that starts
 * the sweep, and somebody who guesses at callbacks.
 */
import type { Dynamo } from "../../../functions/store/client.ts";
import { createPullBook } from "../../../functions/store/pull-progress.ts";
import { AT } from "../../../functions/store/transaction-item.ts";
import type { OutgoingRequest } from "../../../sandbox/daraja/core/exchange.ts";
import type { Simulator } from "../../../sandbox/daraja/core/simulator.ts";
import { createChance } from "../core/prng.ts";
import type { BareWorld } from "./bare-world.ts";
import { TABLE_NAMES } from "../dynamo/lagging-engine.ts";
import { SWEEP_INTERVAL_MS, credentials } from "./gateway.ts";
import { FAULTS_STOP_MS, START } from "./rates.ts";
import type { Order } from "./scenario.ts";
import { createStorefront } from "./storefront.ts";
import type { Told } from "./storefront.ts";

/** A callback that knocks at the gateway; the status that it is answered with. */
export type Knock = (arriving: Pick<OutgoingRequest, "url" | "body" | "sourceAddress">) => Promise<number>;

/** Asks the simulator's control API: GET without a body, POST with one. */
export const control = async (simulator: Simulator, path: string, body?: unknown): Promise<string> => {
  const asked = body === undefined ? { method: "GET", body: "" } : { method: "POST", body: JSON.stringify(body) };
  const request = { ...asked, path: `/simulator${path}`, headers: {}, remoteAddress: "127.0.0.1" };
  const outcome = await simulator.handle(request);
  if (outcome.kind !== "answer" || outcome.status >= 500) throw new Error(`the simulator did not take ${path}`);
  return outcome.body;
};

/** Payers who pick up their phones. */
export const startPayers = ({ scenario, time, note }: BareWorld, simulator: Simulator): void => {
  const acts = new Map(scenario.orders.map(({ msisdn, act }) => [msisdn, act]));
  const rung = new Set<string>();
  simulator.watch((event) => {
    if (event.type !== "transaction" || event.transaction.kind !== "stk_push") return;
    const { checkout_request_id: push, msisdn, prompt, state, receipt } = event.transaction;
    if (state !== "prompting") note(`M-PESA: ${event.transaction.reference} ${state}, ${receipt ?? "no receipt"}`);
    const act = acts.get(msisdn);
    if (prompt !== "rings" || rung.has(push) || !act) return;
    rung.add(push);
    const { action, afterMs } = act;
    time.after(afterMs, () => void control(simulator, `/handsets/${msisdn}/answer`, { action }));
  });
};

/** Runs the sweep while anything is due. Minutes in which it would find nothing are left out. */
export const startClockwork = (
  { time, engine, newName }: BareWorld,
  sweeper: (requestId: string) => Promise<unknown>,
): void => {
  const earliest = (): number =>
    engine.all(TABLE_NAMES.transactions).reduce((least, item) => {
      return item[AT.dueKey] ? Math.min(least, Number(item[AT.checkAt]?.N)) : least;
    }, Infinity);
  const tick = async (): Promise<void> => {
    const due = earliest();
    if (due <= time.now()) await sweeper(newName()).catch(() => undefined);
    const isEarly = time.now() < START + FAULTS_STOP_MS;
    const next = isEarly ? time.now() : Math.max(time.now(), earliest());
    if (next === Infinity) return;
    time.after(
      Math.ceil((next - START + 1) / SWEEP_INTERVAL_MS) * SWEEP_INTERVAL_MS + START - time.now(),
      () => void tick(),
    );
  };
  void tick();
};

const HOUR_MS = 3_600_000;

/** Starts the pull in its hours. Where there were pulls before, everything until now was pulled. */
export const startPulls = async (
  { scenario, time, newName, engine }: BareWorld,
  puller: (requestId: string) => Promise<unknown>,
): Promise<void> => {
  if (scenario.hasPulled) {
    const dynamo = { send: (command: unknown) => Promise.resolve(engine.execute(command)) } as unknown as Dynamo;
    const book = createPullBook({
      dynamo,
      table: TABLE_NAMES.coordination,
      clock: { now: time.now },
      wait: time.wait,
      random: () => 0,
    });
    const never = { pulledUntil: null, lost: [], failing: null };
    await book.advance(credentials.shortcode, never, { pulledUntil: START, lost: null, caughtUp: true });
  }
  for (const hour of scenario.pulls) time.after(hour * HOUR_MS, () => void puller(newName()).catch(() => undefined));
};

/** Customers who pay from the phone's menu. */
export const startMenu = ({ scenario, time, note }: BareWorld, simulator: Simulator): void => {
  for (const { at, ...payment } of scenario.menu)
    time.after(at, () => {
      note(`M-PESA: ${payment.reference} paid from the menu`);
      void control(simulator, "/c2b", { shortcode: credentials.shortcode, ...payment });
    });
};

/** Somebody who knows an address of ours and no token. */
export const forge = (world: BareWorld, knock: Knock): void => {
  const { time, chance, scenario, engine, wrong } = world;
  for (const order of scenario.orders) {
    if (!chance.happens(scenario.rates.forged)) continue;
    time.after(order.at + chance.between(0, 20_000), () => {
      const [item] = engine.all(TABLE_NAMES.transactions);
      const url = `https://callbacks.world/callbacks/v1/stk/${item?.[AT.id]?.S ?? "none"}/${"0".repeat(26)}`;
      const body = JSON.stringify({ Body: { stkCallback: { ResultCode: 0, CheckoutRequestID: "ws_CO_1" } } });
      void knock({ url, body, sourceAddress: "127.0.0.1" }).then((status) => {
        if (status === 200) wrong.push("a callback with a made-up token was believed");
      });
    });
  }
};

export const startStorefront = (world: BareWorld, api: Parameters<typeof createStorefront>[0]["api"]): Told[] => {
  const { time, chance, scenario, newName, note, rates } = world;
  const told: Told[] = [];
  const own = createChance(chance.split());
  const buy = createStorefront({ api, time, chance: own, lost: () => rates().storefrontLost, newName, note });
  const begin = (order: Order, device: number): void => {
    const amount = order.changesBody && device === 1 ? order.amount + 1 : order.amount;
    time.after(
      order.at + own.between(0, device * 500),
      () => void buy(order, amount).then((answer) => told.push(answer)),
    );
  };
  for (const order of scenario.orders)
    for (let device = 0; device < Math.max(order.devices, order.changesBody ? 2 : 1); device += 1) begin(order, device);
  return told;
};
