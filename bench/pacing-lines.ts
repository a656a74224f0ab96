/** What pacing is promised to reach, measured: the lines of the table, from runs in virtual time and one on the real clock. */
import { atLeast, atMost, each, exactly, plain } from "./line.ts";
import type { Line } from "./line.ts";
import { playLive } from "./pacing-live.ts";
import { pausedOnce } from "./pacing-pause.ts";
import { APART_MS, play } from "./pacing-virtual.ts";
import type { Played, Scene } from "./pacing-virtual.ts";

const SECTION = "Pacing";
const LEAST_UTILISATION = 0.95;
const MOST_WRITES = 0.2;

const RATES = [10, 50] as const;
const DISPATCHERS = [1, 4, 16] as const;
const JITTERS_MS = [20, 50, 100] as const;
/** How long a scene lasts until each process knows how late its calls start, and then until it is counted. */
const LASTING = { 10: { seconds: 700, warmUpSeconds: 400 }, 50: { seconds: 360, warmUpSeconds: 200 } } as const;
/** Daraja grants half of what it granted, for a while. */
const STRICT = { from: 300, to: 320 } as const;
const LIVE = { perSecond: 20, dispatchers: 8, jitterMs: 50, marginMs: 40, seconds: 23, warmUpSeconds: 3 } as const;
/** Slots that a dispatcher holds at most. */
const BLOCK = 10;
const PAUSES = 10;

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
/** The share that a margin leaves when no slot is lost. */
const leaves = (marginMs: number): string => percent(1_000 / (1_000 + marginMs));
const writes = (count: number): string => count.toFixed(3);

const named = ({ perSecond, dispatchers, jitterMs }: Pick<Scene, "perSecond" | "dispatchers" | "jitterMs">): string =>
  `${perSecond}/s, ${dispatchers} x 10 messages, ready within ${jitterMs} ms`;

/**
 * The share of the licence, promised where there are dispatchers enough: ten calls at a time that wait for their slowest
 * answer can't start more than so many, whatever the pace is.
 */
const utilisationLine = (scene: Scene, played: Played, possible: number): Line => {
  const line = { section: SECTION, what: `${named(scene)}: share of the licensed rate` } as const;
  const learned = `learned margin ${played.marginMs} ms`;
  if (possible >= LEAST_UTILISATION)
    return atLeast(
      { ...line, note: learned },
      { measured: played.utilisation, least: LEAST_UTILISATION, show: percent },
    );
  const note = `so many messages in flight start at most about ${percent(possible)}, evenly spaced; ${learned}`;
  return plain(line, percent(played.utilisation), note);
};

/** What dispatchers reach with slots that need no store and no margin. */
const possibleIn = async (scene: Scene): Promise<number> =>
  (await play({ ...scene, jitterMs: 0, seconds: 230, warmUpSeconds: 30 }, "perfectly")).utilisation;

const gridLines = async (): Promise<readonly Line[]> => {
  const lines: Line[] = [];
  const all: Played[] = [];
  for (const perSecond of RATES)
    for (const dispatchers of DISPATCHERS) {
      const sized = { perSecond, dispatchers, ...LASTING[perSecond], seed: 1 };
      const possible = await possibleIn({ ...sized, jitterMs: 0 });
      for (const jitterMs of JITTERS_MS) {
        const played = await play({ ...sized, jitterMs });
        all.push(played);
        lines.push(utilisationLine({ ...sized, jitterMs }, played, possible));
      }
    }
  const starts = all.reduce((sum, played) => sum + played.starts, 0);
  const violations = all.reduce((sum, played) => sum + played.violations, 0);
  const most = Math.max(...all.map(({ writesPerStart }) => writesPerStart));
  const what = `starts beyond the rate in any window of a second, of ${starts.toLocaleString("en")} in all of these, clocks up to ${APART_MS} ms apart`;
  return [
    ...lines,
    exactly({ section: SECTION, what }, violations, 0),
    atMost(
      { section: SECTION, what: "conditional writes for each payout, the most in any of these" },
      { measured: most, most: MOST_WRITES, show: writes },
    ),
  ];
};

const HARD = { perSecond: 10, dispatchers: 4, jitterMs: 50, ...LASTING[10], seed: 1 } as const;

/** What no getting ready can take away has to fit into the margin, and costs what it must. */
const hardLines = async (): Promise<readonly Line[]> => {
  const scenes: readonly (readonly [string, Partial<Scene>])[] = [
    ["timers up to 50 ms late, clocks that agree", { stallMs: 50, apartMs: 0 }],
    ["clocks up to 50 ms apart", { apartMs: 50 }],
    ["timers up to 50 ms late, clocks up to 50 ms apart", { stallMs: 50, apartMs: 50 }],
    ["every dispatcher dead within two minutes, another in its place", { lifeSeconds: 60 }],
  ];
  const lines: Line[] = [];
  for (const [what, hard] of scenes) {
    const played = await play({ ...HARD, ...hard });
    const { marginMs, violations, starts } = played;
    const note = `${violations} of ${starts} starts beyond the rate; learned margin ${marginMs} ms, which leaves ${leaves(marginMs)}`;
    lines.push(
      plain({ section: SECTION, what: `10/s, 4 x 10 messages, ${what}: share` }, percent(played.utilisation), note),
    );
  }
  return lines;
};

const pauseLine = async (perSecond: number, dispatchers: number): Promise<Line> => {
  const paused = await Promise.all(
    Array.from({ length: PAUSES }, (_, seed) => pausedOnce({ perSecond, dispatchers, seed: seed + 1 })),
  );
  const most = (of: "byOne" | "all" | "lastMs"): number => Math.max(...paused.map((one) => one[of]));
  const what = `${perSecond}/s, ${dispatchers} x 10 messages: payouts that one dispatcher sends after a pause`;
  const note = `the most of ${PAUSES} pauses; all dispatchers together ${most("all")}, the last one ${(most("lastMs") / 1_000).toFixed(1)} s after it`;
  return atMost({ section: SECTION, what, note }, { measured: most("byOne"), most: BLOCK, show: each });
};

const throttledLines = async (): Promise<readonly Line[]> => {
  const scene = { perSecond: 10, dispatchers: 4, jitterMs: 50, seconds: 600, warmUpSeconds: 240, seed: 1 };
  const played = await play({ ...scene, strict: { ...STRICT, perSecond: 5 } });
  const rate = (from: number, to: number): string => `${played.rate(from, to).toFixed(1)}/s`;
  const during = [rate(STRICT.from - 60, STRICT.from), rate(STRICT.from + 10, STRICT.to), rate(420, 600)].join(", ");
  const note = `${each(played.throttled)} calls throttled, ${each(played.unmade)} not made in the end; back at ${rate(350, 360)} after 30 s, ${rate(370, 380)} after 50 s`;
  return [
    plain({ section: SECTION, what: "rate before, while and after Daraja grants 5 of 10/s for 20 s" }, during, note),
  ];
};

/** All that is measured in virtual time. */
export const virtualPacingLines = async (): Promise<readonly Line[]> => [
  ...(await gridLines()),
  ...(await hardLines()),
  await pauseLine(10, 4),
  await pauseLine(50, 16),
  ...(await throttledLines()),
];

/** Twenty seconds on the real clock, through DynamoDB Local. */
export const livePacingLines = async (): Promise<readonly Line[]> => {
  const played = await playLive(LIVE);
  const what = `real clock, DynamoDB Local: ${named(LIVE)}`;
  const { utilisation, violations, writesPerStart, busiest, starts, marginMs } = played;
  const show = percent;
  const note = `learned margin ${marginMs} ms, which leaves ${leaves(marginMs)}`;
  return [
    atLeast(
      { section: SECTION, what: `${what}: share`, note },
      { measured: utilisation, least: LEAST_UTILISATION, show },
    ),
    {
      ...exactly({ section: SECTION, what: `${what}: starts beyond the rate` }, violations, 0),
      note: `of ${starts}, counted where they arrive; busiest second ${busiest}`,
    },
    atMost(
      { section: SECTION, what: `${what}: conditional writes for each payout` },
      { measured: writesPerStart, most: MOST_WRITES, show: writes },
    ),
  ];
};
