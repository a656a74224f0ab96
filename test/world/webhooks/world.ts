/**
 * One world of webhooks from one seed: a ledger that moves, storefronts that listen, their receivers and their people,
 * payers with open pages, the gateway's own code and everything that goes wrong between them, under one clock and one
 * source of chance. What must stay true: the seed decides everything, so a world that went wrong can be lived through again,
 * event by event.
 */
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { deliveryId } from "../../../functions/domain/ids.ts";
import { nairobiDay } from "../../../functions/domain/time.ts";
import { readProofs } from "../../../functions/store/ledger-proof.ts";
import { AT } from "../../../functions/store/transaction-item.ts";
import { verifyArchive } from "../../../operator/verify-archive.ts";
import type { Verified } from "../../../operator/verify-archive.ts";
import { underTime } from "../core/machine-time.ts";
import { createChance } from "../core/prng.ts";
import { TABLE_NAMES } from "../dynamo/lagging-engine.ts";
import { createLink } from "../dynamo/link.ts";
import type { Lived } from "../lived.ts";
import { START, createBareWorld } from "./bare-world.ts";
import type { BareWorld, WorldOptions } from "./bare-world.ts";
import { deploy, followLedger, startClock, startNights, startQueue } from "./functions.ts";
import type { Outside } from "./gateway.ts";
import { createHearing } from "./hearing.ts";
import { createInternet } from "./internet.ts";
import type { Arrived } from "./internet.ts";
import { violations } from "./invariants.ts";
import type { Ending } from "./invariants.ts";
import { startLedgerLife } from "./ledger-life.ts";
import { withOwnParts } from "./machine-parts.ts";
import { planOfHost, startOwners } from "./owners.ts";
import { createPages } from "./pages.ts";
import { STOREFRONTS } from "./scenario.ts";

const DAY_MS = 86_400_000;
/** When the last attempt of what was asked for again on the sixth day has long been made. */
const END_MS = 16 * DAY_MS;
/** How long the last look is given. */
const LAST_LOOK_MS = 60_000;
const MOST_EVENTS = 150_000;

const createCounters = () => {
  const looks = new Map<string, number>();
  let requests = 0;
  const count = (command: unknown): void => {
    requests += 1;
    const key = command instanceof GetItemCommand ? command.input.Key?.["pk"]?.S : undefined;
    const storefront = key?.startsWith("endpoints#") === true ? key.slice("endpoints#".length) : undefined;
    if (storefront !== undefined) looks.set(storefront, (looks.get(storefront) ?? 0) + 1);
  };
  return { looks, count, requests: () => requests };
};

const connectInternet = (world: BareWorld) => {
  const { time, chance, scenario, note, wrong, books, endpoints, deliveries } = world;
  const itemOf = (key: string) => world.webhooks.get(key);
  const hearing = createHearing({
    now: time.now,
    wrong,
    books,
    endpoints,
    unwantedSince: deliveries.unwantedSince,
    itemOf,
  });
  const about =
    (tell: (endpoint: string, event: string, seconds: number) => void) =>
    (arrived: Arrived, seconds = 0): void => {
      const endpoint = endpoints.withUrl(arrived.url.href);
      if (endpoint !== null) tell(endpoint, arrived.headers["webhook-id"] ?? "", seconds);
    };
  return createInternet({
    time,
    chance: createChance(chance.split()),
    age: () => time.now() - START,
    receiverAt: (host) => scenario.endpoints.find(({ name }) => name === planOfHost(host))?.receiver,
    called: hearing.called,
    askedForTime: about((endpoint, event, seconds) => hearing.askedForTime(deliveryId(event, endpoint), seconds)),
    acknowledged: about(deliveries.acknowledge),
    unwanted: about(deliveries.refuseForGood),
    note,
  });
};

const outsideOf = (
  world: BareWorld,
  reached: Pick<Outside, "resolve" | "sockets"> & { readonly count: (command: unknown) => void },
): Outside => {
  const { chance, time, note, rates, newName, engine, log, planted, sqs, archive, alarms } = world;
  const source = (): (() => number) => createChance(chance.split()).next;
  const counted = {
    execute: (command: unknown): object => {
      reached.count(command);
      return engine.execute(command);
    },
  };
  const link = createLink({ engine: counted, wait: time.wait, random: source(), faults: () => rates().link, note });
  const bytes = source();
  return {
    ...reached,
    send: link,
    sqs,
    s3: archive.send,
    wait: time.wait,
    after: (run, ms) => time.after(ms, run),
    random: source(),
    randomBytes: (size) => Uint8Array.from({ length: size }, () => Math.floor(bytes() * 256)),
    newName,
    log,
    count: (metric) => {
      if (metric === "WebhookEndpointDisabled") alarms.push(time.now());
    },
    planted,
  };
};

/** What an auditor finds who lays archive and ledger side by side. */
const verify = ({ engine, archive, scenario }: BareWorld): Promise<Verified> => {
  const dynamo = { send: (command: unknown) => Promise.resolve(engine.execute(command)) };
  const patience = { wait: () => Promise.resolve(), random: () => 0 };
  const lastNight = Math.max(...scenario.nights.map(({ night }) => night));
  const reader = {
    read: (key: string) => Promise.resolve(archive.kept.get(key) ?? null),
    list: async function* (prefix: string) {
      for (const key of [...archive.kept.keys()].sort()) if (key.startsWith(prefix)) yield await Promise.resolve(key);
    },
  };
  return verifyArchive(
    {
      archive: reader,
      proofs: (ids) => readProofs({ dynamo, table: TABLE_NAMES.transactions, ...patience }, ids),
      onDay: () => undefined,
    },
    { from: null, to: "2100-01-01", rootsUntil: nairobiDay(START + lastNight * DAY_MS) },
  );
};

const lifeOf = async (world: BareWorld, internet: ReturnType<typeof connectInternet>) => {
  const { time, engine, line, archive, books, endpoints, lost } = world;
  const counters = createCounters();
  const pages = createPages(world);
  const outside = outsideOf(world, { resolve: internet.resolve, sockets: pages.send, count: counters.count });
  const deployed = deploy(world, outside);
  const { tellings } = followLedger(world, deployed);
  startQueue(world, deployed);
  startNights(world, deployed);
  startOwners(world, deployed.owners);
  startLedgerLife(world, deployed.ledger);
  pages.start(deployed.live);
  startClock(world);
  let events = 0;
  const run = (until: number): Promise<void> =>
    time.run({ until, mostEvents: MOST_EVENTS, each: () => void (events += 1) });
  await run(START + END_MS);
  const before = counters.requests();
  line.put('{"look":"due"}', 0);
  await run(START + END_MS + LAST_LOOK_MS);
  const ending: Ending = {
    ledger: engine.all(TABLE_NAMES.transactions),
    webhooks: engine.all(TABLE_NAMES.webhooks),
    books,
    endpoints,
    archive: archive.kept,
    verified: await verify(world),
    waiting: line.waiting(),
    dead: line.dead(),
    lost,
    alarms: world.alarms,
    idleRequests: counters.requests() - before,
    deaf: STOREFRONTS.filter((name) => !world.scenario.endpoints.some(({ storefront }) => storefront === name)),
    looks: counters.looks,
    tellings: tellings(),
  };
  return { ending, events };
};

/** Lives through the world of one seed. */
export const live = async (options: WorldOptions): Promise<Lived> => {
  const world = createBareWorld(options);
  const internet = connectInternet(world);
  const { ending, events } = await withOwnParts({ time: world.time, request: internet.request }, () =>
    underTime(world.time, () => lifeOf(world, internet)),
  );
  const payments = ending.ledger.filter((item) => item[AT.id]?.S?.startsWith("pay_")).length;
  return {
    seed: options.seed,
    violations: [...new Set([...world.wrong, ...violations(ending)])],
    story: world.story,
    payments,
    events,
  };
};
