/**
 * Who wants money to move: storefronts that pay somebody or give a payment back, and finance that hands batches in. Each
 * sends its request until it has an answer, from several devices at once when it is impatient, under one key.
 */
import type { Call } from "../../../functions/api/endpoint.ts";
import type { ROUTES } from "../../../functions/api/contract.ts";
import { createChance } from "../core/prng.ts";
import type { BareWorld } from "./bare-world.ts";
import type { Answer, Attempt, Client } from "./client.ts";
import type { Deployed } from "./functions.ts";
import { MAKER } from "./scenario.ts";
import type { BatchPlan, RefundPlan, Single } from "./scenario.ts";

/** Whose all of it is. */
export const STOREFRONT = "shop";

/** What one device was told in the end. */
export interface Told {
  readonly key: string;
  /** What was asked, as far as it counts. */
  readonly asked: string;
  readonly answer: Answer | null;
}

interface Actors {
  readonly world: BareWorld;
  readonly client: Client;
  readonly gateway: Deployed;
  readonly told: Told[];
}

/** A call as the contract has it. */
export const callOf = (
  { requestId, remainingMs }: Attempt,
  what: { readonly keyId: string; readonly params?: object; readonly body?: unknown; readonly key?: string },
) => ({
  caller: { kind: "key", keyId: what.keyId, storefront: STOREFRONT, scopes: [] },
  params: what.params ?? {},
  query: {},
  body: what.body ?? null,
  idempotencyKey: what.key ?? null,
  accept: "application/json",
  requestId,
  remainingMs,
});

type PayoutCall = Call<typeof ROUTES.startPayout>;
type CancelCall = Call<typeof ROUTES.cancelPayout>;
type RefundCall = Call<typeof ROUTES.startRefund>;
type BatchCall = Call<typeof ROUTES.startBatch>;

const SHOP_KEY = "key_shop";

const idOf = (answer: Answer | null): string | null =>
  answer && "body" in answer && typeof answer.body["id"] === "string" ? answer.body["id"] : null;

const paySingle = async ({ world, client, gateway, told }: Actors, single: Single, device: number): Promise<void> => {
  const amount = single.changesBody && device === 1 ? single.amount + 1 : single.amount;
  const { key, msisdn, reference, cancelAfterMs } = single;
  const body = { amount, phone: msisdn, reference };
  const answer = await client(key, (attempt) =>
    gateway.payouts((doors) =>
      doors.startPayout(callOf(attempt, { keyId: SHOP_KEY, key, body }) as unknown as PayoutCall),
    ),
  );
  told.push({ key, asked: String(amount), answer });
  const id = idOf(answer);
  if (device !== 0 || cancelAfterMs === null || id === null) return;
  await world.time.wait(cancelAfterMs);
  await client(`${key} cancel`, (attempt) =>
    gateway.payouts((doors) =>
      doors.cancelPayout(callOf(attempt, { keyId: SHOP_KEY, params: { id } }) as unknown as CancelCall),
    ),
  );
};

const giveBack = async (
  { client, gateway, told }: Actors,
  { key, amount }: RefundPlan,
  paymentId: string,
): Promise<void> => {
  const body = { reason: "out of stock", ...(amount === null ? {} : { amount }) };
  const answer = await client(key, (attempt) =>
    gateway.refunds((doors) =>
      doors.startRefund(
        callOf(attempt, { keyId: SHOP_KEY, key, params: { id: paymentId }, body }) as unknown as RefundCall,
      ),
    ),
  );
  told.push({ key, asked: `${paymentId} ${amount ?? "all"}`, answer });
};

const csvOf = ({ rows }: BatchPlan): string =>
  ["phone,amount,reference", ...rows.map(({ msisdn, amount, reference }) => `${msisdn},${amount},${reference}`)].join(
    "\n",
  );

/** Puts the file where it belongs, and has the gateway told of it: once, or twice, or late. */
const upload = async ({ world, gateway }: Actors, plan: BatchPlan, id: string): Promise<void> => {
  const key = `uploads/${id}/payouts.csv`;
  world.bucket.kept.set(key, Buffer.from(csvOf(plan)));
  const tries = 6;
  for (let tried = 0; tried < tries; tried += 1) {
    try {
      await gateway.importer(key);
      return;
    } catch {
      world.note(`${plan.key}: its file is told of again`);
      await world.time.wait(60_000 * (tried + 1));
    }
  }
};

/** Hands a batch in; what it is called on the ledger, or null. */
export const handIn = async (actors: Actors, plan: BatchPlan, key: string): Promise<string | null> => {
  const { client, gateway, told } = actors;
  const payouts = plan.rows.map(({ msisdn: phone, amount, reference }) => ({ phone, amount, reference }));
  const rows = plan.uploads ? { upload: true } : { payouts };
  const body = { form: "json", value: { reference: plan.reference, kind: "salary", ...rows } };
  const answer = await client(key, (attempt) =>
    gateway.batches((doors) => doors.startBatch(callOf(attempt, { keyId: MAKER, key, body }) as unknown as BatchCall)),
  );
  told.push({ key, asked: "rows", answer });
  const id = idOf(answer);
  if (id !== null && plan.uploads) await upload(actors, plan, id);
  return id;
};

/** Payouts of their own and refunds begin when their time comes. */
export const startStorefronts = (actors: Actors, paymentIds: readonly string[]): void => {
  const { world } = actors;
  const { time, scenario } = world;
  const chance = createChance(world.chance.split());
  const fromEach = (plan: Single | RefundPlan, begin: (device: number) => Promise<void>): void => {
    const devices = Math.max(plan.devices, "changesBody" in plan && plan.changesBody ? 2 : 1);
    for (let device = 0; device < devices; device += 1)
      time.after(plan.at + chance.between(0, device * 500), () => void begin(device));
  };
  for (const single of scenario.singles) fromEach(single, (device) => paySingle(actors, single, device));
  for (const plan of scenario.refunds)
    fromEach(plan, () => giveBack(actors, plan, paymentIds[plan.payment] ?? "pay_none"));
};
export type { Actors };
