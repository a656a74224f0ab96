/** How the page asks again: one question at a time, none while hidden, ever more rarely into silence. */
import { beforeEach, expect, it } from "vitest";
import type { Answer } from "../../../web/checkout/src/api.ts";
import { poll } from "../../../web/checkout/src/watch.ts";
import type { Watch } from "../../../web/checkout/src/watch.ts";

let pauses: number[];
let due: (() => void) | null;
let asked: number;
let isHidden: boolean;
let answer: () => Promise<Answer>;
let pause: number | null;

beforeEach(() => {
  pauses = [];
  due = null;
  asked = 0;
  isHidden = false;
  answer = () => Promise.resolve({ answer: "silence" });
  pause = 1_000;
});

const begin = (): Watch =>
  poll(
    {
      look: () => {
        asked += 1;
        return answer();
      },
      heard: () => pause,
    },
    {
      isHidden: () => isHidden,
      later: (run, ms) => {
        pauses.push(ms);
        due = run;
        return () => {
          due = null;
        };
      },
    },
  );

/** Lets what was promised happen. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

it("waits longer after each silence, up to half a minute, and not at all longer once it is answered", async () => {
  begin();
  for (let round = 0; round < 6; round += 1) {
    await settle();
    due?.();
  }
  await settle();
  expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

it("has one question out at a time, however often it is nudged", async () => {
  let tell: (answered: Answer) => void = () => undefined;
  answer = () => new Promise((resolve) => (tell = resolve));
  const watch = begin();
  watch.nudge();
  watch.nudge();
  expect(asked).toBe(1);
  tell({ answer: "silence" });
  await settle();
  watch.nudge();
  expect(asked).toBe(2);
});

it("looks again when it was told to while a question was out, because that one may have come too early", async () => {
  const tells: ((answered: Answer) => void)[] = [];
  answer = () => new Promise((resolve) => tells.push(resolve));
  const watch = begin();
  watch.nudge();
  tells[0]?.({ answer: "silence" });
  await settle();
  expect(asked).toBe(2);
  tells[1]?.({ answer: "silence" });
  await settle();
  expect(asked).toBe(2);
});

it("asks nobody while the page is hidden, and at once when it is seen again", async () => {
  const watch = begin();
  await settle();
  isHidden = true;
  due?.();
  watch.nudge();
  expect(asked).toBe(1);
  isHidden = false;
  watch.nudge();
  expect(asked).toBe(2);
});

it("stops when there is nothing left to learn, or when it is told to", async () => {
  pause = null;
  begin();
  await settle();
  expect(due).toBeNull();
  pause = 1_000;
  const watch = begin();
  watch.stop();
  await settle();
  expect(due).toBeNull();
});
