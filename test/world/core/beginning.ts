/**
 * What every world begins with: its chance, its clock, the story that is told of it, what was wrong in it, and names for
 * whatever wants one. What must stay true: the seed decides all of it.
 */
import { createChance } from "./prng.ts";
import { createVirtualTime } from "./virtual-time.ts";

interface Beginning {
  readonly seed: number;
  /** When the world begins, epoch milliseconds. */
  readonly start: number;
  /** Whether somebody reads the story; it is empty otherwise. */
  readonly isTold: boolean;
  /** Whether streams of the machine may be at work. */
  readonly isBusy?: (() => boolean) | undefined;
}

/** What happens in a world is drawn apart from what it is about, so that a smaller scenario changes no more than itself. */
const APART = 0x9e3779b9;

const seconds = (ms: number): string => `+${(ms / 1000).toFixed(3)}s`.padStart(15);

export const begin = ({ seed, start, isTold, isBusy }: Beginning) => {
  const time = createVirtualTime(start, isBusy);
  const story: string[] = [];
  const wrong: string[] = [];
  const note = isTold
    ? (what: string): void => void story.push(`${seconds(time.now() - start)}  ${what}`)
    : (): void => undefined;
  return { chance: createChance(seed ^ APART), time, story, wrong, note };
};

/**
 * Names that look like UUIDs, each given once.
 * @param differs where one differs from the next: some take the first letters of a name alone
 */
export const createNames = (seed: number, differs: "first" | "last" = "last"): (() => string) => {
  let names = 0;
  return () => {
    names += 1;
    const [first, last] = differs === "first" ? [names, seed] : [seed, names];
    return `${first.toString(16).padStart(8, "0")}-0000-4000-8000-${last.toString(16).padStart(12, "0")}`;
  };
};
