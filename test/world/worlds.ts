/**
 * The kinds of worlds, as data: `npm run world`, its regressions and their tests know of nothing else. What must stay true:
 * each takes a seed, and the same seed leaves the same behind.
 */
import { draw as drawDays, ORDERS as DAYS } from "./days/bare-world.ts";
import { smaller as smallerDays } from "./days/smaller.ts";
import { live as liveDays } from "./days/world.ts";
import type { Lived, Shrinkable } from "./lived.ts";
import { draw, ORDERS } from "./payments/bare-world.ts";
import { smaller } from "./payments/smaller.ts";
import { live } from "./payments/world.ts";
import { draw as drawPayouts, ORDERS as PAYOUTS } from "./payouts/bare-world.ts";
import { smaller as smallerPayouts } from "./payouts/smaller.ts";
import { live as livePayouts } from "./payouts/world.ts";
import type { Regression } from "./regressions.ts";
import { shrink } from "./shrink.ts";
import { draw as drawWebhooks, ORDERS as WEBHOOKS } from "./webhooks/bare-world.ts";
import { smaller as smallerWebhooks } from "./webhooks/smaller.ts";
import { live as liveWebhooks } from "./webhooks/world.ts";

interface Lives {
  readonly seed: number;
  /** The most orders that come; a kind of world has its own when absent. */
  readonly orders?: number;
  /** Whether somebody reads the story. */
  readonly isTold?: boolean;
}

export interface World {
  readonly live: (options: Lives) => Promise<Lived>;
  /** Lives through a world that was kept. */
  readonly replay: (kept: Pick<Regression, "seed" | "scenario">) => Promise<Lived>;
  /** Makes a broken world as small as it can; null when it holds. */
  readonly shrink: (options: Lives) => Promise<Omit<Regression, "world"> | null>;
}

const shrinkable = <S>(kind: Shrinkable<S>, most: number): World => ({
  live: (options) => kind.live(options),
  replay: ({ seed, scenario }) => kind.live({ seed, scenario: scenario as S }),
  shrink: async ({ seed, orders = most }) => {
    const broken = await shrink(kind, { seed, orders });
    return broken && { seed, was: broken.lived.violations, scenario: broken.scenario };
  },
});

export const WORLDS = {
  payments: shrinkable({ live, draw, smaller }, ORDERS),
  payouts: shrinkable({ live: livePayouts, draw: drawPayouts, smaller: smallerPayouts }, PAYOUTS),
  days: shrinkable({ live: liveDays, draw: drawDays, smaller: smallerDays }, DAYS),
  webhooks: shrinkable({ live: liveWebhooks, draw: drawWebhooks, smaller: smallerWebhooks }, WEBHOOKS),
} as const satisfies Readonly<Record<string, World>>;

export type WorldName = keyof typeof WORLDS;
export const WORLD_NAMES = Object.keys(WORLDS) as readonly WorldName[];
export const isWorldName = (name: string): name is WorldName => Object.hasOwn(WORLDS, name);
