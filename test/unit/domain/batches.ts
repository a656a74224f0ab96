/** A batch of ten rows that waits for two approvals, unless a test wants it otherwise. */
import type { Approval, Batch } from "../../../functions/domain/batch.ts";
import { shillings } from "../../../functions/domain/money.ts";

export const DIGEST = "a".repeat(64);
export const batch = (changes: Partial<Batch> = {}): Batch => ({
  id: "bat_1",
  storefront: "demo",
  shortcode: "600992",
  kind: "salary",
  reference: "November",
  allowDuplicates: false,
  fingerprint: "f",
  createdBy: "key_maker",
  createdAt: 0,
  rows: {
    digest: DIGEST,
    count: 10,
    total: shillings(10_000),
    largest: shillings(1_000),
    file: "f",
    rejected: 0,
    rejectedFile: null,
    warnings: [],
    approvalsNeeded: 2,
  },
  state: "awaiting_approval",
  version: 1,
  approvals: [],
  fed: 0,
  handed: 0,
  stop: null,
  float: null,
  refusal: null,
  resultsFile: null,
  checkAt: null,
  updatedAt: 0,
  history: [],
  ...changes,
});

/** Approvals of its digest by these keys. */
export const approvedBy = (...keys: readonly string[]): readonly Approval[] =>
  keys.map((keyId) => ({ keyId, digest: DIGEST, at: 1 }));
