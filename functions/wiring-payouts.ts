/**
 * The composition root of what pays out: see wiring.ts, which it stands on. What must stay true: whatever changes a payout,
 * a batch or the lane goes through the one function here that does so, whoever calls it.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { createPayoutDaraja } from "./daraja/payout-client.ts";
import { initiatorFingerprint } from "./daraja/security-credential.ts";
import { approvalsNeeded } from "./domain/decide-batch.ts";
import { shillings } from "./domain/money.ts";
import { firstPayoutCheck } from "./domain/payout-schedule.ts";
import { askReceipt } from "./payouts/ask-receipt.ts";
import { askBalance } from "./payouts/ask-balance.ts";
import { askStatus } from "./payouts/ask-status.ts";
import { changeBatch } from "./payouts/change-batch.ts";
import { changeLane } from "./payouts/change-lane.ts";
import { floatOf } from "./payouts/float.ts";
import { freezeBatch } from "./payouts/freeze-batch.ts";
import { freezeInTurn } from "./payouts/freeze-in-turn.ts";
import { createGate } from "./payouts/gate.ts";
import type { Gate } from "./payouts/gate.ts";
import { haltLane } from "./payouts/halt-lane.ts";
import { handBack } from "./payouts/hand-back.ts";
import { liftLane } from "./payouts/lift-lane.ts";
import { proveLane } from "./payouts/prove-lane.ts";
import { newQuestionId } from "./payouts/question-id.ts";
import { recordPayout } from "./payouts/record-payout.ts";
import { sendPayout } from "./payouts/send-payout.ts";
import { tripLane } from "./payouts/trip-lane.ts";
import { watchFloat } from "./payouts/watch-float.ts";
import { writeResults } from "./payouts/write-results.ts";
import { env } from "./runtime/env.ts";
import { createFiles, createS3 } from "./runtime/files.ts";
import { lazy } from "./runtime/lazy.ts";
import { createQueue } from "./runtime/queue.ts";
import { createBatchLedger } from "./store/dynamo-batches.ts";
import { createLaneLedger } from "./store/dynamo-lanes.ts";
import { createPayoutLedger } from "./store/dynamo-payouts.ts";
import { createFreezeLease } from "./store/freeze-lease.ts";
import {
  clock,
  coordination,
  count,
  darajaCredentials,
  darajaDeps,
  intervalMs,
  ledgerDeps,
  log,
  measure,
  random,
  shortcode,
  sqs,
  wait,
} from "./wiring.ts";

const patience = { wait, random };
/** How old the credentials may be that are about to be proven. */
const NOTICE_MS = 5_000;

const s3 = /* @__PURE__ */ lazy(createS3);
const queueAt = (url: () => string) => createQueue({ sqs, url, ...patience });

export const payoutQueue = /* @__PURE__ */ queueAt(env.payoutQueue);
export const batchQueue = /* @__PURE__ */ queueAt(env.batchQueue);
export const files = /* @__PURE__ */ createFiles({ s3, bucket: env.filesBucket });

export const payouts = /* @__PURE__ */ lazy(() => createPayoutLedger(ledgerDeps()));
export const batches = /* @__PURE__ */ lazy(() => createBatchLedger(ledgerDeps()));
export const lanes = /* @__PURE__ */ lazy(() => createLaneLedger(ledgerDeps()));

const payoutDaraja = /* @__PURE__ */ lazy(() => createPayoutDaraja(darajaDeps()));

/** Fingerprint of the API operator in force; null when none is configured. */
export const initiator = async (): Promise<string | null> => initiatorFingerprint(await darajaCredentials());

/**
 * Who proves a credential asks for the newest: after a change of the password, a process that still knew the old one
 * would have it tried again, and halt what a person has just mended.
 */
const newestInitiator = async (): Promise<string | null> => initiatorFingerprint(await darajaCredentials(NOTICE_MS));

/** When the sweep should first look at a payout that was made or sent at `at`. */
export const firstCheck = (at: number): number => firstPayoutCheck({ at, intervalMs: intervalMs(), jitter: random() });

export const changeOfLane = /* @__PURE__ */ lazy(() => changeLane({ lanes: lanes(), ...patience }));
export const lift = /* @__PURE__ */ lazy(() => liftLane({ change: changeOfLane(), log }));
export const steer = /* @__PURE__ */ lazy(() =>
  changeBatch({ batches: batches(), batchQueue, lift: lift(), log, count, ...patience }),
);
export const trip = /* @__PURE__ */ lazy(() =>
  tripLane({ change: changeOfLane(), batches: batches(), changeBatch: steer(), log, count }),
);
export const halt = /* @__PURE__ */ lazy(() =>
  haltLane({ change: changeOfLane(), batches: batches(), changeBatch: steer(), clock, log }),
);
export const giveBack = /* @__PURE__ */ lazy(() => handBack({ batches: batches(), clock, ...patience }));
export const record = /* @__PURE__ */ lazy(() =>
  recordPayout({ ledger: payouts(), batches: batches(), trip: trip(), handBack: giveBack(), log, count }),
);
export const send = /* @__PURE__ */ lazy(() =>
  sendPayout({ ledger: payouts(), daraja: payoutDaraja(), record: record(), trip: trip(), firstCheck, clock, log }),
);

export const askForStatus = /* @__PURE__ */ lazy(() => askStatus({ lanes: lanes(), daraja: payoutDaraja(), log }));
export const askForReceipt = /* @__PURE__ */ lazy(() =>
  askReceipt({ lanes: lanes(), daraja: payoutDaraja(), shortcode, log }),
);
export const askForBalance = /* @__PURE__ */ lazy(() =>
  askBalance({
    lanes: lanes(),
    change: changeOfLane(),
    batches: batches(),
    changeBatch: steer(),
    daraja: payoutDaraja(),
    initiator: newestInitiator,
    newId: () => newQuestionId(randomBytes),
    clock,
    log,
    count,
  }),
);
export const prove = /* @__PURE__ */ lazy(() =>
  proveLane({ lanes: lanes(), ask: askForBalance(), initiator: newestInitiator, clock }),
);
export const float = /* @__PURE__ */ lazy(() =>
  floatOf({ batches: batches(), payouts: payouts(), lanes: lanes(), clock }),
);

export const watch = /* @__PURE__ */ watchFloat({
  lowFloat: () => shillings(env.payoutPolicy().lowFloat),
  log,
  count,
  measure,
  clock,
});

/** A gate for payouts of these batches, and of none. */
export const gate = (batchIds: readonly string[]): Gate =>
  createGate({ batches: batches(), lanes: lanes(), shortcode, clock }, batchIds);

export const freeze = /* @__PURE__ */ lazy(() =>
  freezeBatch({
    files,
    batches: batches(),
    approvalsNeeded: (batch) => {
      const { secondApprovalTotal, secondApprovalSingle } = env.payoutPolicy();
      const limits = {
        secondApprovalTotal: shillings(secondApprovalTotal),
        secondApprovalSingle: shillings(secondApprovalSingle),
      };
      return approvalsNeeded(limits, batch);
    },
    log,
  }),
);

export const inTurn = /* @__PURE__ */ lazy(() =>
  freezeInTurn({ lease: createFreezeLease(coordination()), newHolder: randomUUID, log, ...patience }),
);

export const results = /* @__PURE__ */ lazy(() => writeResults({ files, ledger: payouts() }));
