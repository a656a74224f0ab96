import { describe, expect, it } from "vitest";
import type { Log } from "../../../functions/runtime/logger.ts";
import { beginDays, endedDays } from "../../../functions/workers/begin-days.ts";

const quiet = (): void => undefined;
const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
/** Two in the morning in Nairobi. */
const NIGHT = Date.UTC(2026, 10, 20, 23);

describe("the night's run", () => {
  it("names the last three days that are over in Nairobi, the oldest first", async () => {
    const sent: object[] = [];
    const dayQueue = { send: (messages: readonly object[]) => Promise.resolve(void sent.push(...messages)) };
    await beginDays({ dayQueue, shortcode: () => Promise.resolve("174379"), clock: { now: () => NIGHT }, log })();
    expect(sent).toEqual([
      { shortcode: "174379", day: "2026-11-18" },
      { shortcode: "174379", day: "2026-11-19" },
      { shortcode: "174379", day: "2026-11-20" },
    ]);
  });

  it("never names a day that lasts", () => {
    const midnight = Date.UTC(2026, 10, 20, 21);
    expect(endedDays(midnight - 1).at(-1)).toBe("2026-11-19");
    expect(endedDays(midnight).at(-1)).toBe("2026-11-20");
  });

  it("fails when the queue can't be reached, so that it runs again", async () => {
    const dayQueue = { send: () => Promise.reject(new Error("the queue is down")) };
    const run = beginDays({ dayQueue, shortcode: () => Promise.resolve("174379"), clock: { now: () => NIGHT }, log });
    await expect(run()).rejects.toThrow("the queue is down");
  });
});
