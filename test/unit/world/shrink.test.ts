/** A broken world is made small and kept; what was kept is lived through again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import type { Shrinkable } from "../../world/lived.ts";
import { draw } from "../../world/payments/bare-world.ts";
import { PLANTED } from "../../world/payments/planted.ts";
import type { PlantedName } from "../../world/payments/planted.ts";
import type { Scenario } from "../../world/payments/scenario.ts";
import { smaller } from "../../world/payments/smaller.ts";
import { live } from "../../world/payments/world.ts";
import { keepRegression, readRegressions } from "../../world/regressions.ts";
import { kindOf, shrink } from "../../world/shrink.ts";
import { WORLDS } from "../../world/worlds.ts";

const TIMEOUT_MS = 600_000;
const ORDERS = 10;
const MOST_TRIES = 150;

const withBug = (name: PlantedName): Shrinkable<Scenario> => ({
  live: (options) => live({ ...options, planted: PLANTED[name] }),
  draw,
  smaller,
});

/** The first seed that is wrong. */
const firstBroken = async (kind: Shrinkable<Scenario>): Promise<number> => {
  for (let seed = 1; ; seed += 1) if ((await kind.live({ seed, isTold: false })).violations.length > 0) return seed;
};

describe("shrinking", () => {
  test.each(["no receipt claim", "moves without the state's condition"] as const)(
    "a world with the bug '%s' becomes a smaller one that is wrong in the same way",
    { timeout: TIMEOUT_MS },
    async (name) => {
      const kind = withBug(name);
      const seed = await firstBroken(kind);
      const before = await kind.live({ seed });
      const small = await shrink(kind, { seed, orders: ORDERS, most: MOST_TRIES });
      const kinds = small?.lived.violations.map(kindOf);
      expect(kinds).toContain(kindOf(before.violations[0]!));
      expect(small?.lived.events).toBeLessThan(before.events / 2);
      expect(small?.scenario.orders.length).toBeLessThanOrEqual(3);
      const kept = JSON.parse(JSON.stringify(small?.scenario)) as Scenario;
      expect((await kind.live({ seed, scenario: kept, isTold: false })).violations).toEqual(small?.lived.violations);
    },
  );

  test("a world that holds is not made smaller", { timeout: TIMEOUT_MS }, async () => {
    expect(await WORLDS.payments.shrink({ seed: 1 })).toBeNull();
  });

  test("every smaller scenario leads to an end", () => {
    let scenario: Scenario | undefined = draw(5, ORDERS);
    let steps = 0;
    for (; scenario && steps < 1_000; steps += 1) scenario = smaller(scenario).next().value;
    expect(steps).toBeLessThan(1_000);
    expect(scenario).toBeUndefined();
  });
});

describe("regressions", () => {
  const kept = readRegressions();

  test("what is kept is read again as it was", () => {
    const place = pathToFileURL(`${mkdtempSync(join(tmpdir(), "regressions-"))}/`);
    const regression = { world: "payments", seed: 3, was: ["a payment was lost"], scenario: draw(3, ORDERS) };
    const file = keepRegression(regression, place);
    expect(readRegressions(place)).toEqual([{ ...regression, file }]);
    rmSync(place, { recursive: true });
  });

  test.each(kept)("$file holds", { timeout: TIMEOUT_MS }, async ({ world, seed, scenario }) => {
    const found = Object.entries(WORLDS).find(([name]) => name === world)?.[1];
    expect((await found?.replay({ seed, scenario }))?.violations).toEqual([]);
  });

  test.each(kept.filter(({ world, planted }) => world === "payments" && planted !== undefined))(
    "$file still goes wrong with its planted bug",
    { timeout: TIMEOUT_MS },
    async ({ seed, scenario, planted, was }) => {
      const kind = withBug(planted as PlantedName);
      const { violations } = await kind.live({ seed, scenario: scenario as Scenario, isTold: false });
      expect(violations.map(kindOf)).toContain(kindOf(was[0] ?? ""));
    },
  );
});
