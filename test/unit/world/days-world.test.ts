/** Worlds of days hold, come out the same every time, and are not so quiet that holding would prove nothing. */
import { beforeAll, describe, expect, test } from "vitest";
import { draw } from "../../world/days/bare-world.ts";
import { PLANTED } from "../../world/days/planted.ts";
import type { Planted, PlantedName } from "../../world/days/planted.ts";
import { smaller } from "../../world/days/smaller.ts";
import { live } from "../../world/days/world.ts";
import type { Lived } from "../../world/lived.ts";
import { kindOf, shrink } from "../../world/shrink.ts";

/** The first, and one in which M-PESA is asked about a receipt. */
const LIVED = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 17];
const ORDERS = 8;
/** Worlds take some seconds; a busy machine takes minutes. */
const TIMEOUT_MS = 600_000;

const lived: Lived[] = [];
beforeAll(async () => {
  for (const seed of LIVED) lived.push(await live({ seed }));
}, TIMEOUT_MS);

/** In how many worlds a line of the story says this. */
const worldsWith = (what: RegExp): number => lived.filter(({ story }) => story.some((line) => what.test(line))).length;

test("every shilling of every day is explained, or somebody is told of it", () => {
  expect(lived.flatMap(({ seed, violations }) => violations.map((violation) => `seed ${seed}: ${violation}`))).toEqual(
    [],
  );
});

test("a seed tells the same story, bit for bit", { timeout: TIMEOUT_MS }, async () => {
  expect(await live({ seed: 1 })).toEqual(lived[0]);
});

test("a scenario that was drawn before means the same world", { timeout: TIMEOUT_MS }, async () => {
  const scenario = JSON.parse(JSON.stringify(draw(3, ORDERS))) as ReturnType<typeof draw>;
  expect(await live({ seed: 3, scenario })).toEqual(lived.find(({ seed }) => seed === 3));
});

test("another seed tells another story", () => {
  expect(new Set(lived.map(({ story }) => story.join())).size).toBe(LIVED.length);
});

test("every smaller scenario leads to an end, and each is another one", () => {
  let scenario: ReturnType<typeof draw> | undefined = draw(11, ORDERS);
  const seen = new Set<string>();
  for (; scenario && seen.size < 1_000; scenario = smaller(scenario).next().value) seen.add(JSON.stringify(scenario));
  expect(scenario).toBeUndefined();
  expect(seen.size).toBeGreaterThan(10);
});

test("a broken world is made small, and is still wrong in the same way", { timeout: TIMEOUT_MS }, async () => {
  const planted = PLANTED["findings that nobody sees"];
  const quietly: typeof live = (options) => live({ ...options, planted, isTold: false });
  const small = await shrink({ live: quietly, draw, smaller }, { seed: 4, orders: ORDERS, most: 3 });
  expect(small?.lived.violations.map(kindOf).join()).toMatch(/nobody sees/);
  expect(small?.scenario.statements.length).toBeLessThan(draw(4, ORDERS).statements.length);
});

interface Betrayal {
  /** What betrays the bug. */
  readonly by: RegExp;
  /** How many seeds it may take. */
  readonly within: number;
  /** The first seed that showed it, looked at before the others to save time. */
  readonly first: number;
}

const BETRAYED: Readonly<Record<PlantedName, Betrayal>> = {
  "days in UTC": { by: /stands \d times in the file/, within: 20, first: 2 },
  "yesterday in UTC": { by: /hours after its night/, within: 20, first: 1 },
  "a doubled row counted twice": { by: /explains two rows/, within: 60, first: 25 },
  "a changed amount believed": { by: /a row of \d+ is explained by/, within: 60, first: 25 },
  "a row of another shortcode taken": { by: /was taken, and it is another's/, within: 60, first: 6 },
  "an import that dies refuses its file": { by: /was refused .*nothing is wrong/, within: 60, first: 17 },
  "an import that wakes nobody": { by: /was not looked at again/, within: 20, first: 1 },
  "uncertain payments left out": { by: /and the day does not say so/, within: 40, first: 2 },
  "findings that nobody sees": { by: /nobody sees that/, within: 40, first: 4 },
  "a close rewritten": { by: /what its close said was changed/, within: 20, first: 1 },
  "a day written over": { by: /went from version/, within: 60, first: 13 },
  "the statement of the day before": { by: /stands on/, within: 20, first: 1 },
  "no claim for a statement's receipts": { by: /has not claimed/, within: 40, first: 4 },
  "two resolutions both kept": { by: /was resolved before/, within: 80, first: 21 },
  "findings opened anew": { by: /lost what was done about it|went from \d+ to/, within: 40, first: 4 },
};

/** A seed in which `by` is among the violations; null when there is none. */
const seenIn = async (planted: Planted, { by, within, first }: Betrayal): Promise<number | null> => {
  const seeds = [first, ...Array.from({ length: within }, (_, place) => place + 1)];
  for (const seed of seeds) {
    const { violations } = await live({ seed, planted, isTold: false });
    if (violations.some((violation) => by.test(violation))) return seed;
  }
  return null;
};

test.each(Object.entries(BETRAYED))("%s: it is seen", { timeout: TIMEOUT_MS }, async (name, betrayal) => {
  expect(await seenIn(PLANTED[name as PlantedName], betrayal)).not.toBeNull();
});

describe("in these worlds", () => {
  test.each([
    ["payments are told of by callbacks", /callback about pay_\w+ answered 200/],
    ["payments are told of by confirmations", /confirmation about \w+ answered 200/],
    ["M-PESA is asked about exceptions", /asking about exc_\w+ is answered 200/],
    ["M-PESA's books are looked up by a receipt", /receipt about exc_\w+ answered 200/],
    ["payments are told of by the pull or a statement", /pay_\w+ nothing -> succeeded/],
    ["pushes are settled by questions", /uncertain -> succeeded/],
    ["customers are let in from the menu", /"Accepted"/],
    ["customers are turned away from the menu", /"Rejected"/],
    ["days are closed without a statement", /closed by daraja, [1-9]/],
    ["days are adjusted by a statement", /adjusted by statement/],
    ["days are clean with a statement", /adjusted by statement, [1-9]\d* received, 0 exceptions/],
    ["days have exceptions", /by statement, .* [1-9]\d* exceptions/],
    ["lines are missing on the ledger", /open, missing_in_ledger/],
    ["transactions are missing in a file", /open, missing_in_statement/],
    ["rows stand twice", /open, duplicate_receipt/],
    ["rows name another amount", /open, amount_mismatch/],
    ["people resolve exceptions", /exc_\w+ open -> resolved/],
    ["what is resolved is not resolved again", /answered already_resolved/],
    ["people remark on what is resolved", /noting exc_\w+ is answered 200/],
    ["whole files are handed in", /[1-9]\d* rows, whole/],
    ["one file is handed in twice", /importing -> imported stm_/],
    ["files of other days are refused", /refused outside_period/],
    ["files of other businesses are refused", /refused foreign_shortcode/],
    ["a day that goes on can't be closed", /answered day_not_over/],
    ["imports end in the middle", /import-statement (crashed|timed out)/],
    ["closings end in the middle", /close-day (crashed|timed out)/],
    ["messages about days are given up", /days gave a message up/],
    ["messages are handed out twice", /hands a message out twice/],
    ["SQS loses requests", /SQS request lost/],
    ["the bucket is down", /the bucket is down/],
    ["pulls end in the middle", /pull (crashed|timed out)/],
    ["DynamoDB loses answers", /(UpdateItem|TransactWriteItems|PutItem|Query) answer lost/],
    ["callbacks get lost", /callback lost/],
    ["the next version of the code runs as well", /of the next version/],
  ])("%s", (_, what) => {
    expect(worldsWith(what)).toBeGreaterThan(0);
  });
});
