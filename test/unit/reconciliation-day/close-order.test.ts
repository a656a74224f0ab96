/** In which order a day's findings become known: a run may die between any two steps. */
import { expect, it } from "vitest";
import { closeDay } from "../../../functions/reconciliation-day/close-day.ts";
import type { CloseDeps } from "../../../functions/reconciliation-day/close-day.ts";
import type { Look } from "../../../functions/reconciliation-day/look-at-day.ts";

const DAY = {
  ...{ shortcode: "174379", shortcodes: ["174379"], storefronts: ["shop"], storefront: "shop" },
  ...{ day: "2026-11-20", dayBefore: "2026-11-19", window: { from: 0, until: 1 } },
};

it("a person is told of a finding before the ledger is, so that no run that dies leaves money which nobody is told of", async () => {
  const steps: string[] = [];
  const deps: CloseDeps = {
    look: () => Promise.resolve({ digest: "found" } as unknown as Look),
    raise: () => {
      steps.push("raised");
      return Promise.resolve([]);
    },
    record: () => {
      steps.push("recorded");
      return Promise.reject(new Error("the run died"));
    },
    write: () => Promise.reject(new Error("nothing is written then")),
    days: { read: () => Promise.resolve(null), write: () => Promise.resolve(false) },
    files: { read: () => Promise.resolve(null) },
  };
  await expect(closeDay(deps)(DAY, { at: 2, requestId: "req_1" })).rejects.toThrow("the run died");
  expect(steps).toEqual(["raised", "recorded"]);
});
