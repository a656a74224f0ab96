/**
 * Finance: hands batches in and approves them, pauses, resumes and cancels, halts the lane, and comes back every few
 * minutes to mend what M-PESA complains about and to look at exceptions. What must stay true: in the end, when nothing goes
 * wrong any more, nothing rests for want of a person.
 */
import type { Call } from "../../../functions/api/endpoint.ts";
import type { ROUTES } from "../../../functions/api/contract.ts";
import { haltCause } from "../../../functions/domain/payout-lane.ts";
import { readBatchItem } from "../../../functions/store/batch-item.ts";
import { createLaneLedger } from "../../../functions/store/dynamo-lanes.ts";
import { STATE_CODES } from "../../../functions/store/history-item.ts";
import { AT } from "../../../functions/store/transaction-item.ts";
import type { LedgerDeps } from "../../../functions/store/ledger-deps.ts";
import { sandboxInitiator } from "../../../sandbox/daraja/core/initiators.ts";
import type { Simulator } from "../../../sandbox/daraja/core/simulator.ts";
import { createChance } from "../core/prng.ts";
import { START } from "./bare-world.ts";
import type { BareWorld } from "./bare-world.ts";
import { TABLE_NAMES } from "../dynamo/lagging-engine.ts";
import { FAULTS_STOP_MS } from "./rates.ts";
import { SHORTCODE, control } from "./safaricom.ts";
import type { Secret } from "./safaricom.ts";
import type { BatchPlan, Deed } from "./scenario.ts";
import { callOf, handIn } from "./storefronts.ts";
import type { Actors } from "./storefronts.ts";

export interface FinanceParts extends Actors {
  readonly simulator: Simulator;
  readonly secret: Secret;
}

type Steer = Deed | "haltLane" | "resumeLane";
type SteerCall = Call<typeof ROUTES.pauseBatch>;
type ApproveCall = Call<typeof ROUTES.approveBatch>;
type HaltCall = Call<typeof ROUTES.haltPayoutLane>;
type ResolveCall = Call<typeof ROUTES.resolveException>;
type AskCall = Call<typeof ROUTES.askAboutException>;

const FINANCE_KEY = "key_finance";
const NEW_PASSWORD = "Another999!*!";
const INITIATOR = `/initiators/${sandboxInitiator.name}`;
const TOP_UP = 1_000_000;

const batchOf = ({ engine }: BareWorld, id: string) => {
  const item = engine.all(TABLE_NAMES.transactions).find((each) => each[AT.id]?.S === id);
  return item ? readBatchItem(item) : null;
};

const steer = ({ client, gateway }: FinanceParts, deed: Steer, id: string): Promise<unknown> =>
  client(`${deed} ${id}`, (attempt) =>
    gateway.steering((doors) => {
      const call = callOf(attempt, { keyId: FINANCE_KEY, params: { id } });
      return doors[deed](call as unknown as SteerCall & HaltCall);
    }),
  );

/** One key's word for the rows as they are, or for others. */
const approve = async (parts: FinanceParts, id: string, { key, ofThese }: BatchPlan["approvals"][number]) => {
  const { client, gateway, world } = parts;
  const digest = batchOf(world, id)?.rows?.digest;
  if (digest === undefined) return;
  const body = { digest: ofThese ? digest : "0".repeat(digest.length) };
  await client(`approval of ${id} by ${key}`, (attempt) =>
    gateway.steering((doors) =>
      doors.approve(callOf(attempt, { keyId: key, params: { id }, body }) as unknown as ApproveCall),
    ),
  );
};

/** A batch's life as it was planned. */
const liveBatch = async (parts: FinanceParts, plan: BatchPlan, key: string): Promise<void> => {
  const { time, bucket } = parts.world;
  const id = await handIn(parts, plan, key);
  if (id === null) return;
  if (plan.tamperedAfterMs !== null) time.after(plan.tamperedAfterMs, () => bucket.tamper(id));
  for (const approval of plan.approvals) time.after(approval.afterMs, () => void approve(parts, id, approval));
  for (const { deed, afterMs } of plan.deeds) time.after(afterMs, () => void steer(parts, deed, id));
};

const startBatches = (parts: FinanceParts): void => {
  const { world } = parts;
  const chance = createChance(world.chance.split());
  for (const plan of world.scenario.batches) {
    for (let device = 0; device < plan.devices; device += 1)
      world.time.after(plan.at + chance.between(0, device * 500), () =>
        device === 0 ? void liveBatch(parts, plan, plan.key) : void handIn(parts, plan, plan.key),
      );
    if (plan.twin)
      world.time.after(plan.at + chance.between(0, 2_000), () => void liveBatch(parts, plan, `${plan.key}-again`));
  }
};

/** What happens to the API operator, as planned. */
const troubleOperator = (parts: FinanceParts): void => {
  const { world, simulator, secret } = parts;
  const { kind, at } = world.scenario.operator;
  const happens = (what: () => Promise<unknown>): void => void world.time.after(at, () => void what());
  const changePassword = async (): Promise<void> => {
    await control(simulator, INITIATOR, { password: NEW_PASSWORD });
  };
  if (kind === "wrong_password") secret.set("mistyped");
  if (kind === "locked") happens(() => control(simulator, INITIATOR, { action: "lock" }));
  if (kind === "changed_in_secret") happens(changePassword);
  if (kind === "changed_by_the_book")
    happens(async () => {
      await steer(parts, "haltLane", "lane");
      await world.time.wait(60_000);
      await changePassword();
      secret.set(NEW_PASSWORD);
      await steer(parts, "resumeLane", "lane");
    });
};

const haltByHand = (parts: FinanceParts): void => {
  const { time, scenario } = parts.world;
  if (scenario.halt === null) return;
  const { at, forMs } = scenario.halt;
  time.after(at, () => void steer(parts, "haltLane", "lane"));
  time.after(at + forMs, () => void steer(parts, "resumeLane", "lane"));
};

/** Mends whatever M-PESA complains about, in the portal and in the secret. */
const mend = async ({ simulator, secret, world }: FinanceParts): Promise<void> => {
  world.note("finance mends what M-PESA complains about");
  const isNew = world.scenario.operator.kind.startsWith("changed");
  const password = isNew ? NEW_PASSWORD : sandboxInitiator.password;
  await control(simulator, INITIATOR, { action: "unlock" });
  await control(simulator, INITIATOR, { password });
  secret.set(password);
  await control(simulator, `/accounts/${SHORTCODE}`, { top_up: TOP_UP });
};

/** How often a person does at once what is to be done, before all faults have stopped. */
const AT_ONCE = 0.6;

const lookAtBatches = async (parts: FinanceParts, isLate: boolean, acts: () => boolean): Promise<void> => {
  const { world } = parts;
  const batches = world.engine
    .all(TABLE_NAMES.transactions)
    .filter((item) => item[AT.id]?.S?.startsWith("bat_"))
    .map(readBatchItem);
  for (const batch of batches) {
    const { id, state, stop } = batch;
    if (state === "paused" && acts()) await steer(parts, stop?.cause === "digest_mismatch" ? "cancel" : "resume", id);
    if (state === "waiting_for_float" && acts()) {
      if (isLate) await mend(parts);
      else await steer(parts, "resume", id);
    }
    if (isLate && state === "awaiting_approval")
      for (const key of ["key_chief", "key_boss"]) await approve(parts, id, { key, afterMs: 0, ofThese: true });
    const isEndless = state === "running" && world.time.now() - START > ENDLESS_MS;
    if ((isLate && state === "awaiting_upload") || (isEndless && acts())) await steer(parts, "cancel", id);
  }
};

/** Asks M-PESA about what is in the exceptions, and now and then puts one away. */
const lookAtExceptions = async ({ world, client, gateway }: FinanceParts, resolves: () => boolean): Promise<void> => {
  const open = world.engine
    .all(TABLE_NAMES.transactions)
    .filter((item) => item[AT.id]?.S?.startsWith("exc_") && STATE_CODES.read(item, AT.state) === "open")
    .flatMap((item) => item[AT.id]?.S ?? []);
  for (const id of open) {
    const params = { id };
    if (resolves()) {
      const body = { resolution: "explained", note: "looked at" };
      await client(`resolving ${id}`, (attempt) =>
        gateway.exceptions((doors) =>
          doors.resolve(callOf(attempt, { keyId: FINANCE_KEY, params, body }) as unknown as ResolveCall),
        ),
      );
    } else
      await client(`asking about ${id}`, (attempt) =>
        gateway.exceptions((doors) => doors.ask(callOf(attempt, { keyId: FINANCE_KEY, params }) as unknown as AskCall)),
      );
  }
};

/** Somebody gives up a batch of which a row is unknown for so long, milliseconds after the world began. */
const ENDLESS_MS = FAULTS_STOP_MS + 60 * 60_000;

/** How often somebody comes by, and when nobody needs to any more, milliseconds. */
const ROUND_MS = { least: 60_000, most: 240_000 } as const;
const LAST_ROUND_MS = FAULTS_STOP_MS + 90 * 60_000;

/** Somebody comes by every few minutes. */
const makeRounds = (parts: FinanceParts): void => {
  const { world } = parts;
  const chance = createChance(world.chance.split());
  const dynamo = { send: (command: unknown) => Promise.resolve(world.engine.execute(command)) };
  const lanes = createLaneLedger({ dynamo, tables: TABLE_NAMES } as unknown as LedgerDeps);
  const round = async (): Promise<void> => {
    const isLate = world.time.now() - START > FAULTS_STOP_MS;
    const acts = (): boolean => isLate || chance.happens(AT_ONCE);
    const { halt } = await lanes.lane(SHORTCODE);
    if (halt !== null && acts()) {
      const isByPerson = haltCause(halt.code) === "person";
      if (!isByPerson) await mend(parts);
      if (!isByPerson || isLate) await steer(parts, "resumeLane", "lane");
    }
    await lookAtBatches(parts, isLate, acts);
    if (chance.happens(AT_ONCE)) await lookAtExceptions(parts, () => chance.happens(0.1));
    again();
  };
  const again = (): void => {
    if (world.time.now() - START < LAST_ROUND_MS)
      world.time.after(chance.between(ROUND_MS.least, ROUND_MS.most), () => void round());
  };
  again();
};

export const startFinance = (parts: FinanceParts): void => {
  startBatches(parts);
  troubleOperator(parts);
  haltByHand(parts);
  makeRounds(parts);
};
