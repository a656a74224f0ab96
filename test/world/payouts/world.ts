/**
 * One world of money that leaves, from one seed: storefronts that pay and give back, finance with its batches, the gateway's
 * own code with its queues and clocks, the simulator's core and everything that goes wrong between them, under one clock
 * and one source of chance. What must stay true: the seed decides everything, so a world that went wrong can be lived
 * through again, event by event.
 */
import { paybillId } from "../../../functions/domain/paybill.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { createToldLedger } from "../../../functions/store/dynamo-told.ts";
import { AT } from "../../../functions/store/transaction-item.ts";
import { sandboxInitiator } from "../../../sandbox/daraja/core/initiators.ts";
import type { MenuPaymentView } from "../../../sandbox/daraja/core/menu-payment.ts";
import type { Simulator } from "../../../sandbox/daraja/core/simulator.ts";
import type { TransactionView } from "../../../sandbox/daraja/core/transactions.ts";
import { underTime } from "../core/machine-time.ts";
import type { Lived } from "../lived.ts";
import { vault } from "../payments/phones.ts";
import { START, createBareWorld } from "./bare-world.ts";
import type { BareWorld, WorldOptions } from "./bare-world.ts";
import { createClient } from "./client.ts";
import { forge, startClockwork } from "./clockwork.ts";
import type { Knock } from "./clockwork.ts";
import { startFinance } from "./finance.ts";
import { deploy, outsideOf, startQueues } from "./functions.ts";
import type { Deployed } from "./functions.ts";
import { TABLE_NAMES } from "../dynamo/lagging-engine.ts";
import { stillOpen, violations } from "./invariants.ts";
import type { Acknowledged, Ending } from "./ending.ts";
import { FAULTS_STOP_MS } from "./rates.ts";
import { withOwnParts } from "./machine-parts.ts";
import { SHORTCODE, control, createSafaricom, createSecret, createWire, payBefore } from "./safaricom.ts";
import { STOREFRONT, startStorefronts } from "./storefronts.ts";
import type { Told } from "./storefronts.ts";

/** By then whatever M-PESA knows has been asked about, milliseconds after the start. */
const LOOK_MS = FAULTS_STOP_MS + 2 * 3_600_000;
/** When the last question has long been asked, milliseconds after the start. */
const END_MS = 52 * 3_600_000;
const MOST_EVENTS = 400_000;
/** How long an invocation of the results' function may take. */
const RESULTS_MS = 25_000;

/** What a result's address says. */
const addressed = (url: string): { readonly kind: string; readonly id: string; readonly token: string } => {
  const [kind = "", id = "", token = ""] = new URL(url).pathname.split("/").slice(-3);
  return { kind, id, token };
};

/** The results' door; what an ended invocation leaves behind is API Gateway's 502. */
const doorFor =
  ({ note, newName }: BareWorld, results: Deployed["results"], acknowledged: Acknowledged[]): Knock =>
  async ({ url, body, sourceAddress }) => {
    const { kind, id, token } = addressed(url);
    try {
      const { status } = await results({
        method: "POST",
        route: `/callbacks/v1/${kind}/{id}/{token}`,
        params: { id, token },
        query: {},
        headers: {},
        authoriser: {},
        body,
        sourceAddress,
        requestId: newName(),
        remainingMs: () => RESULTS_MS,
      });
      note(`${kind} result about ${id} answered ${status}`);
      if (status === 200 && !kind.startsWith("balance")) acknowledged.push({ id, body });
      return status;
    } catch {
      return 502;
    }
  };

/** Puts on the ledger what customers paid before; their ids. */
const recordBefore = async (
  { engine, time, newName }: BareWorld,
  paid: readonly MenuPaymentView[],
): Promise<readonly string[]> => {
  const dynamo = { send: (command: unknown) => Promise.resolve(engine.execute(command)) };
  const told = createToldLedger({
    dynamo,
    tables: TABLE_NAMES,
    vault,
    clock: time,
    newToken: newName,
    wait: time.wait,
    random: () => 0,
  });
  const ids: string[] = [];
  for (const { transaction_id: receipt, amount, reference } of paid) {
    const id = paybillId({ shortcode: SHORTCODE, receipt });
    const at = time.now();
    const told_ = {
      source: "c2b",
      receipt,
      amount: shillings(amount),
      shortcode: SHORTCODE,
      reference,
      payer: { phone: null, name: null },
      paidAt: at,
      at,
      by: "safaricom",
      requestId: "before",
      raw: null,
    } as const;
    await told.open({ id, storefront: STOREFRONT, routing: "matched", isAmbiguous: false, told: told_ });
    ids.push(id);
  }
  return ids;
};

/** What M-PESA knows in the end. */
const truthOf = async (simulator: Simulator): Promise<Pick<Ending, "truth" | "busiestSecond" | "leftUtility">> => {
  const transactions = JSON.parse(await control(simulator, "/transactions")) as { data: readonly TransactionView[] };
  const metrics = JSON.parse(await control(simulator, "/metrics")) as {
    lanes: { b2c: Record<string, { peak_per_second: number }> };
  };
  const totals = JSON.parse(await control(simulator, "/payouts/totals")) as { left_utility: { sum: number } };
  return {
    truth: transactions.data,
    busiestSecond: metrics.lanes.b2c[SHORTCODE]?.peak_per_second ?? 0,
    leftUtility: totals.left_utility.sum,
  };
};

const lifeOf = async (world: BareWorld): Promise<{ readonly ending: Ending; readonly events: number }> => {
  const { time, scenario, engine, bucket, lines } = world;
  const secret = createSecret(sandboxInitiator.password);
  const acknowledged: Acknowledged[] = [];
  const told: Told[] = [];
  const fetch = createWire(world, () => simulator);
  const gateway = deploy(world, outsideOf(world, { fetch, secret: secret.get }));
  const knock = doorFor(world, gateway.results, acknowledged);
  const simulator = createSafaricom(world, knock);
  const paymentIds = await recordBefore(world, await payBefore(world, simulator));
  if (scenario.rules.length > 0) await control(simulator, "/faults", scenario.rules);
  const client = createClient(world);
  startQueues(world, gateway);
  startStorefronts({ world, client, gateway, told }, paymentIds);
  startFinance({ world, client, gateway, told, simulator, secret });
  startClockwork(world, gateway.sweeper);
  forge(world, knock);
  let events = 0;
  const run = (ms: number): Promise<void> =>
    time.run({ until: START + ms, mostEvents: MOST_EVENTS, each: () => void (events += 1) });
  await run(LOOK_MS);
  world.wrong.push(...stillOpen(engine.all(TABLE_NAMES.transactions), world.books.atMpesa));
  await run(END_MS);
  const truth = await truthOf(simulator);
  simulator.stop();
  const items = engine.all(TABLE_NAMES.transactions);
  const ending = { ...truth, items, told, acknowledged, scenario, files: bucket.kept, dead: lines.payouts.dead() };
  return { ending, events };
};

/** Lives through the world of one seed. */
export const live = async (options: WorldOptions): Promise<Lived> => {
  const world = createBareWorld(options);
  const { ending, events } = await withOwnParts(() => underTime(world.time, () => lifeOf(world)));
  const payments = ending.items.filter((item) => /^(pyo|rfd)_/.test(item[AT.id]?.S ?? "")).length;
  return {
    seed: options.seed,
    violations: [...world.wrong, ...violations(ending)],
    story: world.story,
    payments,
    events,
  };
};
