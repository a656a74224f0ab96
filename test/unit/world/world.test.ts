/** Worlds of payments hold, come out the same every time, and are not so quiet that holding would prove nothing. */
import { beforeAll, describe, expect, test } from "vitest";
import type { Lived } from "../../world/lived.ts";
import { live } from "../../world/payments/world.ts";

/** Worlds whose story is told; two-thousand.test.ts lives through more. */
const SEEDS = 80;
/** Worlds take some seconds; a busy machine takes minutes. */
const TIMEOUT_MS = 600_000;

const worlds: Lived[] = [];
beforeAll(async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) worlds.push(await live({ seed }));
}, TIMEOUT_MS);

/** In how many worlds a line of the story says this. */
const worldsWith = (what: RegExp): number => worlds.filter(({ story }) => story.some((line) => what.test(line))).length;

test("no payment is lost and none is doubled", () => {
  expect(worlds.flatMap(({ seed, violations }) => violations.map((violation) => `seed ${seed}: ${violation}`))).toEqual(
    [],
  );
});

test("a seed tells the same story, bit for bit", { timeout: TIMEOUT_MS }, async () => {
  for (const first of worlds.slice(0, 8)) expect(await live({ seed: first.seed })).toEqual(first);
});

test("a world whose story nobody reads is the same world", { timeout: TIMEOUT_MS }, async () => {
  for (const { seed, payments, events, violations } of worlds.slice(0, 3))
    expect(await live({ seed, isTold: false })).toEqual({ seed, payments, events, violations, story: [] });
});

test("another seed tells another story", () => {
  expect(new Set(worlds.map(({ story }) => story.join())).size).toBe(SEEDS);
});

describe("in these worlds", () => {
  test.each([
    ["payments succeed", /pending -> succeeded/],
    ["payments fail", /pending -> failed/],
    ["answers of Daraja get lost", /initiated -> uncertain/],
    ["callbacks overtake the answer", /initiated -> (succeeded|failed)/],
    ["money comes late", /failed -> succeeded/],
    ["people have to look", /exc_\w+ opened/],
    ["payments become overdue", /pending -> uncertain/],
    ["customers pay from the menu", /paid from the menu/],
    ["confirmations are kept", /confirmation about \w+ answered 200/],
    ["confirmations can't be kept", /confirm-payment (crashed|timed out)|confirmation about \w+ answered 503/],
    ["money is found that nobody had asked for", /nothing -> succeeded/],
    ["two payments turn out to be one", /succeeded -> merged/],
    ["the next version of the code runs as well", /of the next version/],
    ["storefronts repeat themselves", /heard nothing/],
    ["keys are used again for another body", /idempotency_key_reused/],
    ["phones that ring are left alone", /payment_in_progress/],
    ["phones are asked too often", /too_many_prompts/],
    ["storefronts' requests end in a crash", /start-payment (crashed|timed out)/],
    ["sweeps end in the middle", /sweep (crashed|timed out)/],
    ["DynamoDB loses requests", /(UpdateItem|TransactWriteItems|PutItem|Query) request lost/],
    ["DynamoDB loses answers", /(UpdateItem|TransactWriteItems|PutItem|Query) answer lost/],
    ["DynamoDB throttles", /throttled/],
    ["transactions conflict", /transaction conflict/],
    ["pushes get lost", /stkpush request lost/],
    ["answers to pushes get lost", /stkpush answer lost/],
    ["connections are refused", /stkpush not connected/],
    ["answers are HTML", /answer broken/],
    ["callbacks get lost", /callback lost/],
    ["callbacks are refused", /callback about \w+ answered 404/],
    ["callbacks can't be stored", /stk-callback (crashed|timed out)|answered 503/],
  ])("%s", (_, what) => {
    expect(worldsWith(what)).toBeGreaterThan(0);
  });
});
