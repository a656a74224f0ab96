/**
 * A process that lives through stretches of seeds, one after another, for as long as somebody sends it some. It lives long
 * on purpose: the machine takes a minute to learn how to run worlds fast. What must stay true: nothing of one world reaches
 * the next, so a seed comes to the same in whichever process it is lived through.
 */
import type { Live } from "../lived.ts";
import type { BrokenSeed, Stretch, Tally } from "./tally.ts";

/** The most broken seeds that a stretch goes on after. */
const MOST_BROKEN = 10;

/** Lives through one stretch. */
export const liveThrough = async (live: Live<never>, { from, count, orders }: Stretch): Promise<Tally> => {
  const size = orders === undefined ? {} : { orders };
  const began = process.cpuUsage();
  const broken: BrokenSeed[] = [];
  let [seeds, payments, events] = [0, 0, 0];
  for (let seed = from; seed < from + count && broken.length < MOST_BROKEN; seed += 1) {
    const lived = await live({ ...size, seed, isTold: false });
    seeds += 1;
    payments += lived.payments;
    events += lived.events;
    if (lived.violations.length > 0) broken.push({ seed, violations: lived.violations });
  }
  return { seeds, payments, events, cpu: process.cpuUsage(began).user / 1_000_000, broken };
};

/** Answers each stretch that the parent sends with its tally, until the parent hangs up. The bundle calls it. @public */
export const serve = (live: Live<never>): void => {
  process.on("message", (stretch: Stretch) => {
    void liveThrough(live, stretch).then((tally) => process.send?.(tally));
  });
};
