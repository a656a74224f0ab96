/**
 * Kills at random: instances of functions in the middle of an invocation, and now and then the whole sandbox. Which and
 * when is the seed's; what they were doing then is the machine's.
 */
import { setTimeout as wait } from "node:timers/promises";

import type { SandboxControl } from "../../sandbox/control/client.ts";
import type { Chance } from "../world/core/prng.ts";

export interface Killed {
  /** Processes of functions, each in the middle of an invocation, by the function's construct. */
  readonly instances: ReadonlyMap<string, number>;
  readonly sandboxes: number;
}

export interface Killer {
  readonly killed: () => Killed;
  /** Resolves when nothing is killed any more and all that was killed is started again. */
  readonly stop: () => Promise<void>;
}

export interface KillerOptions {
  readonly control: Pick<SandboxControl, "killInstances">;
  /** Logical ids. */
  readonly functions: readonly string[];
  readonly chance: Chance;
  /** Between two kills of an instance, milliseconds, at the least and at the most. */
  readonly everyMs: readonly [number, number];
  /** How many answers there were so far: a sandbox that has hardly answered since its death is left alone. */
  readonly answered: () => number;
  /** Null never kills the whole sandbox. */
  readonly sandbox: { readonly kill: () => Promise<void>; readonly everyMs: readonly [number, number] } | null;
}

const LOOK_MS = [200, 200] as const;
const ANSWERS_BETWEEN = 20;

/** In an order of chance. */
const shuffled = (names: readonly string[], chance: Chance): readonly string[] =>
  names
    .map((name) => ({ name, place: chance.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ name }) => name);

/** CDK ends a logical id in eight characters of its own. */
const constructOf = (logicalId: string): string => logicalId.slice(0, -8).replace(/Function$/, "");

export const startKiller = ({ control, functions, chance, everyMs, answered, sandbox }: KillerOptions): Killer => {
  const instances = new Map<string, number>();
  const stopping = new AbortController();
  const { signal } = stopping;
  const isOver = (): boolean => signal.aborted;
  let sandboxes = 0;
  let isDown = false;

  const pause = ([least, most]: readonly [number, number]): Promise<unknown> =>
    wait(chance.between(least, most), null, { signal }).catch(() => null);

  const killOne = async (): Promise<void> => {
    for (const name of shuffled(functions, chance)) {
      if (isDown || isOver()) return;
      if ((await control.killInstances(name, { most: 1 })) === 0) continue;
      instances.set(constructOf(name), (instances.get(constructOf(name)) ?? 0) + 1);
      return;
    }
  };
  const killInstances = async (): Promise<void> => {
    // Between the sandbox's death and its next life nobody answers.
    for (await pause(everyMs); !isOver(); await pause(everyMs)) await killOne().catch(() => undefined);
  };
  const killSandboxes = async (of: NonNullable<KillerOptions["sandbox"]>): Promise<void> => {
    let enough = 0;
    for (await pause(of.everyMs); !isOver(); await pause(of.everyMs)) {
      while (answered() < enough && !isOver()) await pause(LOOK_MS);
      if (isOver()) return;
      isDown = true;
      sandboxes += 1;
      await of.kill();
      isDown = false;
      enough = answered() + ANSWERS_BETWEEN;
    }
  };

  const both = [killInstances(), ...(sandbox === null ? [] : [killSandboxes(sandbox)])];
  const ended = Promise.all(both);
  ended.catch(() => stopping.abort()); // told by `stop`
  return {
    killed: () => ({ instances, sandboxes }),
    async stop() {
      stopping.abort();
      await ended;
    },
  };
};
