/**
 * A batch that somebody pauses while it runs: its payouts leave through the gateway's own gate, which reads a ledger at
 * the end of a network.
 */
import type { Batch } from "../functions/domain/batch.ts";
import { shillings } from "../functions/domain/money.ts";
import type { Payout } from "../functions/domain/payout.ts";
import { createGate } from "../functions/payouts/gate.ts";
import { newPayout } from "../test/laws/payout-arbitraries.ts";
import { uniform, wholeMilliseconds } from "./pacing-payouts.ts";
import type { Random, Time } from "./pacing-payouts.ts";

const DIGEST = "d1".repeat(32);
const OPERATOR = "operator";
/** One read, there and back. */
const READ_MS = { least: 3, most: 15 } as const;

const RUNNING: Batch = {
  id: "bat_0123456789abcdfghijknpqrst",
  storefront: "bench",
  shortcode: "600000",
  kind: "salary",
  reference: "PAYROLL",
  allowDuplicates: false,
  fingerprint: DIGEST,
  createdBy: "key_maker",
  createdAt: 0,
  rows: {
    digest: DIGEST,
    count: 100_000,
    total: shillings(100_000_000),
    largest: shillings(1_000),
    file: "rows",
    rejected: 0,
    rejectedFile: null,
    warnings: [],
    approvalsNeeded: 1,
  },
  state: "running",
  version: 3,
  approvals: [{ keyId: "key_approver", digest: DIGEST, at: 0 }],
  fed: 100_000,
  handed: 100_000,
  stop: null,
  float: null,
  refusal: null,
  resultsFile: null,
  checkAt: null,
  updatedAt: 0,
  history: [],
};

const PAYOUT: Payout = {
  ...newPayout(),
  shortcode: RUNNING.shortcode,
  batch: { id: RUNNING.id, digest: DIGEST, position: 1, row: 1, generation: 0 },
};

/** A batch that runs until `pausedAt`. */
export const startBatch = (time: Time, random: Random, pausedAt: number) => {
  const away = async <T>(read: () => T): Promise<T> => {
    const tookMs = uniform(random, READ_MS);
    await time.wait(tookMs / 2);
    const found = read();
    await time.wait(tookMs / 2);
    return found;
  };
  const batch = (): Batch => (time.now() < pausedAt ? RUNNING : { ...RUNNING, state: "paused" });
  const lane = { shortcode: RUNNING.shortcode, version: 1, halt: null, provenFor: OPERATOR, probe: null };

  /** For each delivery of messages a gate, in a process whose clock is fast by `fastMs`. */
  const gateAt = (fastMs: number) => (): (() => Promise<boolean>) => {
    const gate = createGate(
      {
        batches: { readMany: (ids) => away(() => ids.map(batch)) },
        lanes: { lane: () => away(() => lane) },
        shortcode: () => Promise.resolve(RUNNING.shortcode),
        clock: wholeMilliseconds(time, fastMs),
      },
      [RUNNING.id],
    );
    return async () => (await gate(PAYOUT, OPERATOR)) === "go";
  };
  return { gateAt };
};
