/**
 * The ledger as it is written, looked at with every write: what must not happen to a payout, a batch, a refund or a payment
 * at any moment, and what M-PESA holds at that moment. None of it asks the code under test what is right.
 */
import { isDeepStrictEqual } from "node:util";
import { BATCH_MOVES } from "../../../functions/domain/batch-states.ts";
import type { Batch } from "../../../functions/domain/batch.ts";
import { PAYMENT_MOVES } from "../../../functions/domain/payment-states.ts";
import { PAYOUT_MOVES } from "../../../functions/domain/payout-states.ts";
import type { Payout } from "../../../functions/domain/payout.ts";
import type { Gate } from "../../../functions/payouts/gate.ts";
import { REFUND_MOVES } from "../../../functions/domain/refund-states.ts";
import type { Item } from "../../../functions/store/attributes.ts";
import { readBatchItem } from "../../../functions/store/batch-item.ts";
import { STATE_CODES } from "../../../functions/store/history-item.ts";
import { PAYOUT_AT, readPayout } from "../../../functions/store/payout-item.ts";
import { AT } from "../../../functions/store/transaction-item.ts";
import type { Change } from "../dynamo/table.ts";
import { POLICY } from "./scenario.ts";

export interface BooksParts {
  readonly now: () => number;
  /** Where sentences about what must not be go. */
  readonly wrong: string[];
}

type Moves = Readonly<Record<string, readonly string[]>>;
const MOVES: Readonly<Record<string, Moves>> = {
  pyo: PAYOUT_MOVES,
  bat: BATCH_MOVES,
  rfd: REFUND_MOVES,
  pay: PAYMENT_MOVES,
};

const stateOf = (item: Item): string => STATE_CODES.read(item, AT.state);
const versionOf = (item: Item): number => Number(item[AT.version]?.N ?? Number.NaN);
const lengthOf = (item: Item): number => item[AT.history]?.L?.length ?? 0;

/** What is wrong with one write; null when nothing is. */
const wrongWith = ({ key, before, after }: Change, moves: Moves): string | null => {
  if (!after) return `${key} was deleted`;
  if (!before) return null;
  if (versionOf(after) !== versionOf(before) + 1)
    return `${key} went from version ${versionOf(before)} to ${versionOf(after)}`;
  const [from, to] = [stateOf(before), stateOf(after)];
  if (from !== to && moves[from]?.includes(to) !== true) return `${key} went from ${from} to ${to}`;
  return lengthOf(after) < lengthOf(before) ? `${key} lost an entry of its history` : null;
};

/** A write by which a transaction only looked, to see whether anything had changed. */
const changesNothing = ({ before, after }: Change): boolean =>
  before !== null && after !== null && versionOf(before) === versionOf(after) && isDeepStrictEqual(before, after);

/**
 * From the last look at a batch until the claim is written: a second that the look may be old, the wait for its slot, and
 * all the repetitions of a slow write.
 */
const LOOK_TO_CLAIM_MS = 45_000;
/** How old a look may be when the gate is asked: a second, and what a clock's rounding adds. */
const LOOK_MS = 1_010;

const approvalsOf = ({ createdBy, rows, approvals }: Batch): number =>
  new Set(
    approvals.filter(({ keyId, digest }) => keyId !== createdBy && digest === rows?.digest).map(({ keyId }) => keyId),
  ).size;

/** How many approvals a batch takes by this world's limits. */
const approvalsNeeded = ({ rows }: Batch): number => {
  const { secondApprovalTotal: total, secondApprovalSingle: single } = POLICY;
  return (rows?.total ?? 0) > total * 100 || (rows?.largest ?? 0) > single * 100 ? 2 : 1;
};

/** Why a payout of this batch must not leave; null when it may. */
const whyNot = (batch: Batch, payout: Payout, ranUntil: number): string | null => {
  if (batch.rows?.digest !== payout.batch?.digest) return "was made from other rows than those that were approved";
  if (approvalsOf(batch) < approvalsNeeded(batch)) return "left without its batch's approvals";
  return ranUntil === -Infinity ? "left although its batch did not run" : null;
};

export const createBooks = ({ now, wrong }: BooksParts) => {
  /** The batches as they are, and when each was last seen to run. */
  const batches = new Map<string, Item>();
  const stopped = new Map<string, number>();
  /** The names that M-PESA has taken, and how each stands there. */
  const taken = new Map<string, string>();
  /** Whose place each payout takes. */
  const before = new Map<string, string>();

  /** Since when the lane is halted; null while it is not. */
  let haltedSince: number | null = null;

  const onLane = ({ key, before: was, after }: Change): void => {
    if (was && after && versionOf(after) !== versionOf(was) + 1) wrong.push(`${key} was written over`);
    haltedSince = after?.["h"] === undefined ? null : (haltedSince ?? now());
  };

  /** Whoever is about to leave must have found the lane open. */
  const onClaim = ({ key, before: was, after }: Change): void => {
    const claims = (item: Item | null): number => Number(item?.[PAYOUT_AT.attempts]?.N ?? 0);
    if (claims(after) > claims(was) && haltedSince !== null && now() - haltedSince > LOOK_TO_CLAIM_MS)
      wrong.push(`${key} left by a lane that was halted ${Math.round((now() - haltedSince) / 1_000)} s before`);
  };

  const ranUntil = (id: string): number => {
    const item = batches.get(id);
    if (item && stateOf(item) === "running") return now();
    const at = stopped.get(id) ?? -Infinity;
    return now() - at <= LOOK_TO_CLAIM_MS ? at : -Infinity;
  };

  const onBatch = ({ key, before, after }: Change): void => {
    if (!after) return;
    if (before && stateOf(before) === "running" && stateOf(after) !== "running") stopped.set(key, now());
    batches.set(key, after);
  };

  const onPayout = ({ key, before: was, after }: Change): void => {
    if (!after) return;
    const heir = after[PAYOUT_AT.replacedBy]?.S;
    if (heir !== undefined) before.set(heir, key);
    if (was && stateOf(was) === stateOf(after)) return;
    const state = stateOf(after);
    if ((state === "queued" || state === "cancelled") && taken.has(key))
      wrong.push(`${key} became ${state}, and M-PESA holds it`);
    if (state !== "sending") return;
    const standing = taken.get(before.get(key) ?? "");
    if (standing !== undefined && standing !== "failed")
      wrong.push(`${key} left in the place of ${before.get(key)}, which is ${standing} at M-PESA`);
    const payout = readPayout(after);
    if (payout.batch === null) return;
    const item = batches.get(payout.batch.id);
    const because = item ? whyNot(readBatchItem(item), payout, ranUntil(payout.batch.id)) : "left for no batch";
    if (because !== null) wrong.push(`${key} ${because}`);
  };

  /** Why nobody who looked since `asked`, or a second before, may let go a payout of this batch; null when all may. */
  const stoodInTheWay = (batchId: string | null, asked: number): string | null => {
    if (haltedSince !== null && haltedSince < asked - LOOK_MS) return "the lane was halted";
    const item = batchId === null ? undefined : batches.get(batchId);
    const isStopped = item !== undefined && stateOf(item) !== "running";
    return isStopped && (stopped.get(batchId ?? "") ?? asked) < asked - LOOK_MS ? "its batch had stopped" : null;
  };

  return {
    /** The same gate, whose word to go is held against what is true. */
    watching:
      (gate: Gate): Gate =>
      async (payout, initiator) => {
        const asked = now();
        const verdict = await gate(payout, initiator);
        const because = verdict === "go" ? stoodInTheWay(payout.batch?.id ?? null, asked) : null;
        if (because !== null) wrong.push(`${payout.id} was let go although ${because}`);
        return verdict;
      },
    /** M-PESA took something of this name, or settled it. */
    took: (id: string, state: string): void => void taken.set(id, state),
    /** How it stands at M-PESA; undefined for what M-PESA has never heard of. */
    atMpesa: (id: string): string | undefined => taken.get(id),
    changed(change: Change): void {
      if (change.key.startsWith("lane#")) onLane(change);
      const kind = change.key.slice(0, 3);
      const moves = change.key[3] === "_" ? MOVES[kind] : undefined;
      if (!moves || changesNothing(change)) return;
      const broken = wrongWith(change, moves);
      if (broken !== null) wrong.push(broken);
      if (kind === "bat") onBatch(change);
      if (kind === "pyo" || kind === "rfd") onClaim(change);
      if (kind === "pyo") onPayout(change);
    },
  };
};
