/**
 * What each lane of each shortcode has seen: how many requests started, how many of them were over the limit, and how
 * many the busiest second held. Requests that a limit or a fault turned away count too: this measures the client.
 */
import { createSlidingWindow } from "./sliding-window.ts";
import { lanes, type Lane } from "./switches.ts";

const PEAK_SPAN_MS = 1000;

export const createLaneCounts = () => {
  const newCounts = () => ({ starts: 0, violations: 0, peak: 0, second: createSlidingWindow(PEAK_SPAN_MS) });
  const byLane = new Map<Lane, Map<string, ReturnType<typeof newCounts>>>(lanes.map((lane) => [lane, new Map()]));

  const countsOf = (lane: Lane, shortcode: string) => {
    const ofLane = byLane.get(lane);
    const counts = ofLane?.get(shortcode) ?? newCounts();
    ofLane?.set(shortcode, counts);
    return counts;
  };

  return {
    /** A request came in. The shortcode must be one of a bounded set. */
    start(lane: Lane, shortcode: string, nowMs: number): void {
      const counts = countsOf(lane, shortcode);
      counts.starts += 1;
      counts.second.add(nowMs);
      counts.peak = Math.max(counts.peak, counts.second.count(nowMs));
    },
    violation(lane: Lane, shortcode: string): void {
      countsOf(lane, shortcode).violations += 1;
    },
    /** `limit_violations` by lane; `lanes` by lane and shortcode. */
    report() {
      const violationsOf = (lane: Lane): number =>
        [...(byLane.get(lane)?.values() ?? [])].reduce((sum, { violations }) => sum + violations, 0);
      const shortcodesOf = (lane: Lane) =>
        Object.fromEntries(
          [...(byLane.get(lane) ?? [])].map(([shortcode, { starts, violations, peak }]) => [
            shortcode,
            { starts, limit_violations: violations, peak_per_second: peak },
          ]),
        );
      return {
        limit_violations: Object.fromEntries(lanes.map((lane) => [lane, violationsOf(lane)])),
        lanes: Object.fromEntries(lanes.map((lane) => [lane, shortcodesOf(lane)])),
      };
    },
  };
};
