/**
 * One world of days from one seed: payments around midnights, statements that people hand in, days that the clock and people
 * have closed, the gateway's own code and everything that goes wrong between them, under one clock and one source of
 * chance. What must stay true: the seed decides everything, so a world that went wrong can be lived through again.
 */
import { AT } from "../../../functions/store/transaction-item.ts";
import type { Item } from "../../../functions/store/attributes.ts";
import type { Deliver, OutgoingRequest } from "../../../sandbox/daraja/core/exchange.ts";
import { FUNCTIONS } from "../../../lib/functions.ts";
import { underTime } from "../core/machine-time.ts";
import { TABLE_NAMES } from "../dynamo/lagging-engine.ts";
import type { Lived } from "../lived.ts";
import { control, forge, startMenu, startPayers, startPulls, startStorefront } from "../payments/actors.ts";
import { callbackParams, createDelivery } from "../payments/daraja-line.ts";
import { register } from "../payments/registrations.ts";
import { connect as connectPayments, truthOf } from "../payments/world.ts";
import { withOwnParts } from "../payouts/machine-parts.ts";
import { createBareWorld } from "./bare-world.ts";
import type { BareWorld, WorldOptions } from "./bare-world.ts";
import { startNights, startSweeps } from "./clockwork.ts";
import { startDesks } from "./desk.ts";
import type { Desks } from "./desk.ts";
import type { Ending } from "./ending.ts";
import { deploy } from "./functions.ts";
import type { Deployed } from "./functions.ts";
import { createLargeFiles } from "./large-files.ts";
import { stillUnlooked, violations } from "./invariants.ts";
import { packingAtOnce } from "./packing.ts";
import { proveOperator } from "./receipts.ts";
import { CALM_AT, DAYS, END_MS, LOOK_MS, START } from "./rates.ts";

const MOST_EVENTS = 400_000;
/** How long after the end whatever is repeated then has time to change something, milliseconds. */
const REPEATED_MS = 3_600_000;

/** As the address of a callback says. */
const requestOf = ({ url, body, sourceAddress }: OutgoingRequest, requestId: string, remainingMs: () => number) => ({
  ...{
    method: "POST",
    query: {},
    headers: {},
    authoriser: {},
    body,
    sourceAddress,
    requestId,
    remainingMs,
  },
  route: `/callbacks/v1/${new URL(url).pathname.split("/").at(-3) ?? ""}/{id}/{token}`,
  params: { ...callbackParams(url) },
});

/** Takes questions whether a customer may pay, and answers about receipts; all else goes on. */
const besides =
  (days: () => Deployed, world: BareWorld, parts: () => Pick<BareWorld, "time" | "note" | "chance">) =>
  (on: Deliver): Deliver => {
    const { note, newName, rates } = world;
    const result = async (request: OutgoingRequest): Promise<number> => {
      const timeoutMs = FUNCTIONS.results.timeoutSeconds * 1_000;
      try {
        const { status } = await days().results(requestOf(request, newName(), () => timeoutMs));
        note(`receipt about ${callbackParams(request.url).id} answered ${status}`);
        return status;
      } catch {
        return 502;
      }
    };
    return async (request, isObsolete) => {
      if (/\/receipt(-late)?\//.test(request.url))
        return createDelivery({ ...parts(), faults: () => rates().callbacks }, result)(request);
      if (!request.url.includes("/c2b-validation/")) return on(request, isObsolete);
      const timeoutMs = FUNCTIONS["validate-payment"].timeoutSeconds * 1_000;
      const { status, body } = await days().validation(requestOf(request, newName(), () => timeoutMs));
      note(`validation answered ${status} ${JSON.stringify(body)}`);
      return { status, body: JSON.stringify(body) };
    };
  };

/** The gateway's functions and what they reach. */
const connect = (world: BareWorld) => {
  const { scenario, sqs, bucket, bugs } = world;
  const deliver = besides(
    () => days,
    world,
    () => payments.parts,
  );
  const payments = connectPayments(world, {
    deliver,
    validation: scenario.validates ? "on" : "off",
  });
  const large = createLargeFiles(bucket);
  const days: Deployed = deploy(world, {
    ...payments.outside,
    sqs,
    files: bucket.files,
    large,
    bugs,
  });
  return { payments, days };
};

const isKept = (item: Item): boolean => /^(pay_|exc_|day#)/.test(item[AT.id]?.S ?? "");

/** What there is on the ledger, thing by thing. */
const snapshot = ({ engine }: BareWorld): ReadonlyMap<string, Item> =>
  new Map(engine.all(TABLE_NAMES.transactions).flatMap((item) => (isKept(item) ? [[item[AT.id]?.S ?? "", item]] : [])));

/** The same rows are handed in once more, and every day is closed once more: none of it is news. */
const repeatAll = async (world: BareWorld, desks: Desks, run: (until: number) => Promise<void>): Promise<void> => {
  const { time, wrong, watch } = world;
  const before = snapshot(world);
  const known = desks.handedIn.filter(({ id }) => watch.imported.has(id)).at(-1);
  if (known) time.after(0, () => void desks.handIn({ ...known.plan, upload: "once" }, known.file));
  for (const day of DAYS) time.after(0, () => void desks.close(day));
  await run(END_MS + REPEATED_MS);
  for (const [key, item] of snapshot(world))
    if (before.get(key) !== item) wrong.push(`${key} was changed by what was known already`);
};

const lifeOf = async (world: BareWorld): Promise<{ readonly ending: Ending; readonly events: number }> => {
  const { payments, days } = connect(world);
  const { time, scenario, engine, restedAt, bucket, line, watch } = world;
  const { simulator, deployed, knock, acknowledged, heard } = payments;
  let events = 0;
  const run = (until: number): Promise<void> =>
    time.run({
      until: START + until,
      mostEvents: MOST_EVENTS,
      each: () => void (events += 1),
    });
  await register(simulator, scenario);
  await proveOperator(world);
  if (scenario.rules.length > 0) await control(simulator, "/faults", scenario.rules);
  startPayers(world, simulator);
  startMenu(world, simulator);
  startSweeps(world, deployed.sweeper);
  const nightsGivenUp = startNights(world, days.nights);
  await startPulls(world, deployed.puller);
  forge(world, knock);
  const told = startStorefront(world, deployed.api);
  const desks = startDesks({ world, gateway: days, simulator });
  await run(LOOK_MS);
  world.wrong.push(
    ...stillUnlooked({
      items: engine.all(TABLE_NAMES.transactions),
      imported: watch.imported,
      handedIn: desks.handedIn,
    }),
  );
  await run(END_MS);
  const truth = await truthOf(simulator);
  const items = engine.all(TABLE_NAMES.transactions);
  const [handedIn, resolved] = [[...desks.handedIn], [...desks.resolved]];
  await repeatAll(world, desks, run);
  simulator.stop();
  const { closedAt } = watch;
  const facts = { items, told, acknowledged, heard, restedAt, calmAt: CALM_AT };
  const ofDays = { handedIn, resolved, closedAt, files: bucket.kept };
  const lost = { nightsGivenUp: nightsGivenUp(), dead: line.dead() };
  return { ending: { ...truth, ...facts, ...ofDays, ...lost }, events };
};

/** Lives through the world of one seed. */
export const live = async (options: WorldOptions): Promise<Lived> => {
  const world = createBareWorld(options);
  const { ending, events } = await packingAtOnce(() => withOwnParts(() => underTime(world.time, () => lifeOf(world))));
  const payments = ending.items.filter((item) => item[AT.id]?.S?.startsWith("pay_")).length;
  return {
    seed: options.seed,
    violations: [...world.wrong, ...violations(ending)],
    story: world.story,
    payments,
    events,
  };
};
