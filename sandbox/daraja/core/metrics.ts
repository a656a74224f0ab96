/**
 * What the simulator counted since it started or was reset. Paths that are not Daraja's are counted together, so a
 * scanner cannot grow the table.
 */
import { createLaneCounts } from "./lane-counts.ts";

export type Metrics = ReturnType<typeof createMetrics>;

export const createMetrics = () => {
  const requests: Record<string, number> = {};
  const lanes = createLaneCounts();
  const counts = {
    oauth_requests: 0,
    tokens_issued: 0,
    pushes_taken: 0,
    menu_payments_taken: 0,
    payouts_taken: 0,
    reversals_taken: 0,
    inquiries_taken: 0,
    callbacks_sent: 0,
    callbacks_failed: 0,
  };
  return {
    lanes,
    countRequest(path: string): void {
      requests[path] = (requests[path] ?? 0) + 1;
    },
    count(what: keyof typeof counts): void {
      counts[what] += 1;
    },
    report: () => ({ ...counts, requests: { ...requests }, ...lanes.report() }),
  };
};
