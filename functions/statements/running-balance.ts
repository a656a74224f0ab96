/**
 * Whether each balance of a statement follows from the one before it. Statements run from the newest line to the oldest,
 * some from the oldest, and within one second the portal puts lines in any order. What must stay true: lines of one second
 * count as right in any order in which they add up, a line that is missing, doubled or changed does not, and memory does
 * not grow with the file.
 */
import { SignedCents } from "../domain/balance.ts";
import type { StatementLine } from "../domain/statement-line.ts";

/** A line before which something is missing, or doubled, or changed. */
export interface BalanceBreak {
  readonly row: number;
  /** The balance before the line as its neighbour has it, and as the line's own balance and amount have it. */
  readonly expected: SignedCents;
  readonly found: SignedCents;
}

export interface BalanceCheck {
  /** Lines with a balance that was compared with another one's. */
  readonly compared: number;
  readonly breakCount: number;
  /** The first of them in the file. */
  readonly breaks: readonly BalanceBreak[];
}

const MOST_LISTED = 100;
/** Lines of one second that are put in order; more are taken as they stand. */
const MOST_TOGETHER = 64;

interface Link {
  readonly row: number;
  readonly at: number;
  /** The balances on the side from which the chain comes, and on the one to which it goes. */
  readonly near: number;
  readonly far: number;
}

/** How many more links go out of each balance than come in. */
const surplus = (links: readonly Link[]): ReadonlyMap<number, number> => {
  const degrees = new Map<number, number>();
  for (const { near, far } of links) {
    degrees.set(near, (degrees.get(near) ?? 0) + 1);
    degrees.set(far, (degrees.get(far) ?? 0) - 1);
  }
  return degrees;
};

/** Whether all links lie on one way through them that begins at `from`: Euler's condition for a trail. */
const addUp = (links: readonly Link[], from: number): boolean => {
  const to = links.reduce((end, { near, far }) => end + far - near, from);
  const degrees = new Map(surplus(links)).set(from, (surplus(links).get(from) ?? 0) - 1);
  degrees.set(to, (degrees.get(to) ?? 0) + 1);
  if ([...degrees.values()].some((degree) => degree !== 0)) return false;
  const reached = new Set([from]);
  for (let grown = true; grown;) {
    const known = reached.size;
    for (const { near, far } of links) if (reached.has(near)) reached.add(far);
    grown = reached.size > known;
  }
  return links.every(({ near }) => reached.has(near));
};

/** Where a chain through the links begins when nothing comes before them. */
const beginningOf = (links: readonly Link[]): number | null =>
  [...surplus(links)].find(([, degree]) => degree > 0)?.[0] ?? links[0]?.near ?? null;

/** Checks a chain in which the far side of each link is the near side of the next. */
const createChain = () => {
  const breaks: BalanceBreak[] = [];
  let breakCount = 0;
  let compared = 0;
  let balance: number | null = null;
  let together: Link[] = [];

  const follow = ({ row, near, far }: Link): void => {
    if (balance !== null) {
      compared += 1;
      if (balance !== near) {
        breakCount += 1;
        const [expected, found] = [SignedCents.parse(balance), SignedCents.parse(near)];
        if (breaks.length < MOST_LISTED) breaks.push({ row, expected, found });
      }
    }
    balance = far;
  };
  /** Follows links that do not add up, as far as they do. */
  const walk = (links: Link[]): void => {
    while (links.length > 0) {
      const fitting = links.findIndex(({ near }) => near === balance);
      const [link] = links.splice(Math.max(0, fitting), 1);
      if (link) follow(link);
    }
  };
  const flush = (): void => {
    const links = together;
    together = [];
    const [first] = links;
    if (!first) return;
    const from: number | null = balance ?? beginningOf(links);
    if (links.length === 1) follow(first);
    else if (from === null || !addUp(links, from)) walk(links);
    else {
      compared += links.length - (balance === null ? 1 : 0);
      balance = links.reduce((end, { near, far }) => end + far - near, from);
    }
  };
  return {
    add: (link: Link): void => {
      if (together.length >= MOST_TOGETHER || together[0]?.at !== link.at) flush();
      together.push(link);
    },
    /** What comes next has nothing to do with what came before. */
    cut: (): void => {
      flush();
      balance = null;
    },
    result: (): BalanceCheck => {
      flush();
      return { compared, breakCount, breaks };
    },
  };
};

/** Takes lines in the order of their file. */
export const createRunningBalance = () => {
  const newestFirst = createChain();
  const oldestFirst = createChain();
  const chains = [newestFirst, oldestFirst];
  return {
    add: ({ row, completedAt, completed, amount, balance }: StatementLine): void => {
      if (balance === null) {
        if (!completed || amount === 0) return;
        for (const chain of chains) chain.cut();
        return;
      }
      const before = balance - (completed ? amount : 0);
      newestFirst.add({ row, at: completedAt, near: balance, far: before });
      oldestFirst.add({ row, at: completedAt, near: before, far: balance });
    },
    /** A row between them could not be read. */
    cut: (): void => {
      for (const chain of chains) chain.cut();
    },
    /** The check in the direction in which the file runs: the one with fewer breaks. */
    result: (): BalanceCheck => {
      const [newest, oldest] = [newestFirst.result(), oldestFirst.result()];
      return oldest.breakCount < newest.breakCount ? oldest : newest;
    },
  };
};
