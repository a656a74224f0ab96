/**
 * What changes payouts, batches, refunds and the lane in one process, each by the one function that does so, as the
 * composition root wires them.
 */
import { approvalsNeeded } from "../../../functions/domain/decide-batch.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { askBalance } from "../../../functions/payouts/ask-balance.ts";
import { askReceipt } from "../../../functions/payouts/ask-receipt.ts";
import { askStatus } from "../../../functions/payouts/ask-status.ts";
import { changeBatch } from "../../../functions/payouts/change-batch.ts";
import { changeLane } from "../../../functions/payouts/change-lane.ts";
import { floatOf } from "../../../functions/payouts/float.ts";
import { freezeBatch } from "../../../functions/payouts/freeze-batch.ts";
import { freezeInTurn } from "../../../functions/payouts/freeze-in-turn.ts";
import { createGate } from "../../../functions/payouts/gate.ts";
import { haltLane } from "../../../functions/payouts/halt-lane.ts";
import { handBack } from "../../../functions/payouts/hand-back.ts";
import { liftLane } from "../../../functions/payouts/lift-lane.ts";
import { proveLane } from "../../../functions/payouts/prove-lane.ts";
import { newQuestionId } from "../../../functions/payouts/question-id.ts";
import { recordPayout } from "../../../functions/payouts/record-payout.ts";
import { sendPayout } from "../../../functions/payouts/send-payout.ts";
import { tripLane } from "../../../functions/payouts/trip-lane.ts";
import { watchFloat } from "../../../functions/payouts/watch-float.ts";
import { writeResults } from "../../../functions/payouts/write-results.ts";
import { askRefund } from "../../../functions/refunds/ask-refund.ts";
import { recordRefund } from "../../../functions/refunds/record-refund.ts";
import { refundGate } from "../../../functions/refunds/refund-gate.ts";
import { sendRefund } from "../../../functions/refunds/send-refund.ts";
import { createFreezeLease } from "../../../functions/store/freeze-lease.ts";
import type { Surroundings } from "../payments/lambda.ts";
import { holdings } from "./holdings.ts";
import type { Holdings, Outside } from "./holdings.ts";
import { POLICY } from "./scenario.ts";

/** Below this the alarm rings, cents. */
const LOW_FLOAT = 100_000;
const LIMITS = {
  secondApprovalTotal: shillings(POLICY.secondApprovalTotal),
  secondApprovalSingle: shillings(POLICY.secondApprovalSingle),
};
const BYTES_OF_A_NAME = 256;

/** What moves the lane and the batches. */
const steering = (held: Holdings) => {
  const changeOfLane = changeLane(held);
  const lift = liftLane({ ...held, change: changeOfLane });
  const steer = changeBatch({ ...held, lift });
  const change = { ...held, change: changeOfLane, changeBatch: steer };
  const ask = askBalance({
    ...change,
    initiator: held.newestInitiator,
    newId: () => newQuestionId((size) => Uint8Array.from({ length: size }, () => held.random() * BYTES_OF_A_NAME)),
  });
  return {
    changeOfLane,
    lift,
    steer,
    ask,
    trip: tripLane(change),
    halt: haltLane(change),
    prove: proveLane({ ...held, ask, initiator: held.newestInitiator }),
  };
};

/** What moves payouts. */
const paying = (held: Holdings, { trip }: Pick<ReturnType<typeof steering>, "trip">) => {
  const giveBack = handBack(held);
  const record = recordPayout({ ...held, ledger: held.payouts, trip, handBack: giveBack });
  return {
    giveBack,
    record,
    send: sendPayout({ ...held, ledger: held.payouts, record, trip }),
    gate: (batchIds: readonly string[]) => held.watching(held.planted.gate(createGate(held, batchIds))),
    askStatus: askStatus(held),
    askReceipt: askReceipt(held),
    float: floatOf(held),
    watch: watchFloat({ ...held, lowFloat: () => LOW_FLOAT }),
    freeze: freezeBatch({
      ...held,
      approvalsNeeded: (batch) => held.planted.approvals(approvalsNeeded(LIMITS, batch)),
    }),
    inTurn: held.planted.inTurn(
      freezeInTurn({ ...held, lease: createFreezeLease(held.coordination), newHolder: held.newName }),
    ),
    results: writeResults({ files: held.files, ledger: held.payouts }),
  };
};

/** What moves refunds. */
const givingBack = (held: Holdings, { trip }: Pick<ReturnType<typeof steering>, "trip">) => {
  const recordOfRefund = recordRefund({ ...held, ledger: held.refunds, trip });
  const gate = refundGate(held);
  const sender = (daraja: Holdings["reversals"]) =>
    sendRefund({ ...held, ledger: held.refunds, daraja, gate, record: recordOfRefund, trip });
  return {
    recordOfRefund,
    sendFromApi: sender(held.reversalsWithinARequest),
    sendFromSweep: sender(held.reversals),
    askRefund: askRefund(held),
  };
};

/** All parts of one process. */
export const partsOf = (outside: Outside, surroundings: Surroundings) => {
  const held = holdings(outside, surroundings);
  const steered = steering(held);
  return { held, ...steered, ...paying(held, steered), ...givingBack(held, steered) };
};
export type Parts = ReturnType<typeof partsOf>;
