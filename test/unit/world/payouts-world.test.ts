/** Worlds of payouts hold, come out the same every time, and are not so quiet that holding would prove nothing. */
import { beforeAll, describe, expect, test } from "vitest";
import type { Lived } from "../../world/lived.ts";
import { ORDERS, draw } from "../../world/payouts/bare-world.ts";
import { PLANTED } from "../../world/payouts/planted.ts";
import { smaller } from "../../world/payouts/smaller.ts";
import { live } from "../../world/payouts/world.ts";
import { kindOf, shrink } from "../../world/shrink.ts";

const SEEDS = 20;

let lived: readonly Lived[];
beforeAll(async () => {
  const worlds: Lived[] = [];
  for (let seed = 1; seed <= SEEDS; seed += 1) worlds.push(await live({ seed }));
  lived = worlds;
}, 240_000);

/** In how many worlds a line of the story says this. */
const worldsWith = (what: RegExp): number => lived.filter(({ story }) => story.some((line) => what.test(line))).length;

test("no payout, refund or batch is lost or doubled", () => {
  expect(lived.flatMap(({ seed, violations }) => violations.map((violation) => `seed ${seed}: ${violation}`))).toEqual(
    [],
  );
});

test("a seed tells the same story, bit for bit", { timeout: 120_000 }, async () => {
  for (const first of lived.slice(0, 4)) expect(await live({ seed: first.seed })).toEqual(first);
});

test("another seed tells another story", () => {
  expect(new Set(lived.map(({ story }) => story.join())).size).toBe(SEEDS);
});

test("a scenario that was drawn before means the same world", { timeout: 60_000 }, async () => {
  const scenario = draw(3, 20);
  const again = await live({ seed: 3, scenario: JSON.parse(JSON.stringify(scenario)) as typeof scenario });
  expect(again).toEqual(lived.find(({ seed }) => seed === 3));
});

test("whatever can be left out of a scenario makes it smaller", () => {
  const scenario = draw(3, 20);
  const candidates = [...smaller(scenario)];
  expect(candidates.length).toBeGreaterThan(20);
  for (const candidate of candidates) expect(JSON.stringify(candidate)).not.toBe(JSON.stringify(scenario));
});

test("a broken world is made small, and is still wrong in the same way", { timeout: 240_000 }, async () => {
  const planted = PLANTED["a lost answer taken for a refusal"];
  const seed = 2;
  const large = await live({ seed, planted, isTold: false });
  const quietly: typeof live = (options) => live({ ...options, planted, isTold: false });
  const small = await shrink({ live: quietly, draw, smaller }, { seed, orders: ORDERS });
  expect(small?.lived.violations.map(kindOf)).toContain(kindOf(large.violations[0] ?? ""));
  expect(small?.lived.events).toBeLessThan(large.events / 2);
});

describe("in these worlds", () => {
  test.each([
    ["payouts succeed", /pyo_\w+ accepted -> succeeded/],
    ["payouts fail", /pyo_\w+ accepted -> failed/],
    ["answers to payouts get lost", /pyo_\w+ sending -> uncertain/],
    ["results overtake the answer", /pyo_\w+ sending -> (succeeded|failed)/],
    ["payouts are turned away and wait", /pyo_\w+ sending -> queued/],
    ["payouts are sent again under their name", /pyo_\w+ uncertain -> sending/],
    ["payouts are cancelled", /pyo_\w+ queued -> cancelled/],
    ["payouts that left can't be cancelled", /cancel is answered (payout_already_sent|already_finished)/],
    ["people have to look", /exc_\w+ nothing -> open/],
    ["M-PESA's word ends what people looked at", /exc_\w+ open -> resolved/],
    ["batches run and complete", /bat_\w+ running -> completed/],
    ["batches are paused", /bat_\w+ running -> paused/],
    ["batches go on", /bat_\w+ paused -> starting/],
    ["batches are cancelled while they run", /bat_\w+ running -> cancelled/],
    ["batches wait for float", /bat_\w+ starting -> waiting_for_float/],
    ["files are uploaded and read", /bat_\w+ awaiting_upload -> awaiting_approval/],
    ["whoever made a batch may not approve it", /answered own_batch/],
    ["approvals of other rows are refused", /answered digest_mismatch/],
    ["somebody changes what was approved", /somebody changes the rows of/],
    ["a payroll handed in twice is refused", /again is answered (no_valid_rows|batch_in_progress)/],
    ["refunds succeed", /rfd_\w+ \w+ -> succeeded/],
    ["refunds fail", /rfd_\w+ \w+ -> failed/],
    ["answers to refunds get lost", /rfd_\w+ initiated -> uncertain/],
    ["no more is refunded than was paid", /answered (refund_exceeds_payment|not_refundable)/],
    ["the float runs out", /payout \w+ failed, .*insufficient/i],
    ["the operator is locked", /payout \w+ failed, The security credential is locked/],
    ["a wrong password is found out", /finance mends what M-PESA complains about/],
    ["people halt the lane", /haltLane lane is answered 200/],
    ["keys are used again for another body", /idempotency_key_reused/],
    ["messages are handed out twice", /hands a message out twice/],
    ["messages are held by runs that end", /messages stay hidden after a run/],
    ["SQS loses requests", /SQS request lost/],
    ["SQS loses answers", /SQS answer lost/],
    ["SQS refuses entries", /SQS refuses/],
    ["the bucket is down", /the bucket is down/],
    ["dispatchers end in the middle", /dispatch-payouts (crashed|timed out)/],
    ["tenders end in the middle", /tend-batch (crashed|timed out)/],
    ["sweeps end in the middle", /sweep-payouts (crashed|timed out)/],
    ["results can't be stored", /results (crashed|timed out)|answered 503/],
    ["DynamoDB loses answers", /(UpdateItem|TransactWriteItems|PutItem) answer lost/],
    ["transactions conflict", /transaction conflict/],
    ["payouts get lost on their way", /b2c: daraja request lost/],
    ["payouts arrive long after they were given up", /b2c: on its way for long/],
    ["queue timeouts come", /b2c-late result about/],
    ["results with made-up tokens are refused", /result about \w+ answered 404/],
  ])("%s", (_, what) => {
    expect(worldsWith(what)).toBeGreaterThan(0);
  });
});
