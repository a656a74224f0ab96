import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SignedCents } from "../../../functions/domain/balance.ts";
import { laneHalted, laneLifted, probeAnswered, probeSent } from "../../../functions/domain/decide-lane.ts";
import type { PayoutLane } from "../../../functions/domain/payout-lane.ts";
import type { BalanceRecord } from "../../../functions/store/lane-ledger.ts";
import { NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";

let test: TestLedger;
let shortcodes = 800_000;
let shortcode = "";
beforeAll(async () => {
  test = await startLedger();
});
beforeEach(() => {
  shortcodes += 1;
  shortcode = String(shortcodes);
  test.calls.length = 0;
});
afterAll(() => test.close());

const FINGERPRINT = "sha256:0123";
const probe = (lane: PayoutLane, id = "bal_1") => probeSent(lane, { id, fingerprint: FINGERPRINT, at: NOW })!;

describe("a payout lane", () => {
  it("is empty before anybody used it, and reads back as it was written", async () => {
    const empty = await test.lanes.lane(shortcode);
    expect(empty).toEqual({ shortcode, version: 0, halt: null, provenFor: null, probe: null });
    const probed = await test.lanes.changeLane(empty, probe(empty));
    expect(probed).toMatchObject({ version: 1, probe: { id: "bal_1", fingerprint: FINGERPRINT, at: NOW, tries: 1 } });
    expect(await test.lanes.lane(shortcode)).toEqual(probed);
    const halt = { code: "initiator_locked", resultCode: "8006", at: NOW, about: "pyo_1" } as const;
    const halted = await test.lanes.changeLane(probed!, laneHalted(probed!, halt)!);
    expect(halted).toMatchObject({ version: 2, halt, probe: null });
    expect(await test.lanes.lane(shortcode)).toEqual(halted);
    const lifted = await test.lanes.changeLane(halted!, laneLifted(halted!)!);
    expect(await test.lanes.lane(shortcode)).toEqual(lifted);
    expect(lifted).toMatchObject({ version: 3, halt: null });
    const proven = await test.lanes.changeLane(lifted!, { halt: null, provenFor: FINGERPRINT, probe: null });
    expect(await test.lanes.lane(shortcode)).toEqual(proven);
  });

  it("keeps who halted it and why, and reads halts of before anybody could", async () => {
    const empty = await test.lanes.lane(shortcode);
    const byPerson = {
      code: "person",
      resultCode: null,
      at: NOW,
      about: "key:key_1",
      reason: "a new password",
    } as const;
    const halted = await test.lanes.changeLane(empty, laneHalted(empty, byPerson)!);
    expect((await test.lanes.lane(shortcode)).halt).toEqual(byPerson);
    const older = { code: "float_too_low", resultCode: "1", at: NOW, about: "pyo_1" } as const;
    await test.lanes.changeLane(halted!, { halt: older, provenFor: null, probe: null });
    expect((await test.item(`lane#${shortcode}`))?.["h"]?.M).not.toHaveProperty("w");
    expect((await test.lanes.lane(shortcode)).halt).toEqual(older);
  });

  it("sends one probe of twenty callers that see it empty", async () => {
    const empty = await test.lanes.lane(shortcode);
    const changes = await Promise.all(
      Array.from({ length: 20 }, (_, index) => test.lanes.changeLane(empty, probe(empty, `bal_${index}`))),
    );
    const [won, ...others] = changes.filter((lane) => lane !== null);
    expect(others).toEqual([]);
    expect(await test.lanes.lane(shortcode)).toEqual(won);
  });

  it("is halted whatever else happens to it at the same moment", async () => {
    const halt = { code: "initiator_locked", resultCode: "8006", at: NOW, about: "pyo_1" } as const;
    /** Decides on what it sees, as often as it takes. */
    const insist = async (next: (lane: PayoutLane) => Parameters<typeof test.lanes.changeLane>[1] | null) => {
      for (let tries = 0; tries < 10; tries += 1) {
        const seen = await test.lanes.lane(shortcode);
        const wanted = next(seen);
        if (wanted === null || (await test.lanes.changeLane(seen, wanted))) return;
      }
      throw new Error("the lane never held still");
    };
    await insist((lane) => probe(lane));
    await Promise.all([
      insist((lane) => laneHalted(lane, halt)),
      insist((lane) => probeAnswered(lane, "bal_1")),
      insist((lane) => laneHalted(lane, { ...halt, code: "float_too_low", resultCode: "1" })),
    ]);
    expect(await test.lanes.lane(shortcode)).toMatchObject({ halt, provenFor: null, probe: null });
  });

  it("changes only over the version that was seen", async () => {
    const empty = await test.lanes.lane(shortcode);
    const first = (await test.lanes.changeLane(empty, { halt: null, provenFor: "one", probe: null }))!;
    const changes = await Promise.all(
      ["two", "three"].map((provenFor) => test.lanes.changeLane(first, { halt: null, provenFor, probe: null })),
    );
    expect(changes.filter(Boolean)).toHaveLength(1);
    expect(await test.lanes.changeLane(empty, { halt: null, provenFor: "late", probe: null })).toBeNull();
    expect((await test.lanes.lane(shortcode)).version).toBe(2);
  });
});

const cents = (value: number) => SignedCents.parse(value);
const record = (overrides: Partial<BalanceRecord> = {}): BalanceRecord => ({
  id: "bal_1",
  accounts: [
    {
      name: "Utility Account",
      currency: "KES",
      current: cents(22_803_700),
      available: cents(22_803_700),
      reserved: cents(0),
      uncleared: cents(0),
    },
    {
      name: "Charges Paid Account",
      currency: "KES",
      current: cents(-154_000),
      available: cents(-154_000),
      reserved: cents(0),
      uncleared: cents(0),
    },
  ],
  asOf: NOW - 2_000,
  receivedAt: NOW,
  ...overrides,
});

describe("the last balances", () => {
  it("read back as they were kept, those below zero and those without a time of their own too", async () => {
    expect(await test.lanes.balances(shortcode)).toBeNull();
    await test.lanes.keepBalances(shortcode, record());
    expect(await test.lanes.balances(shortcode)).toEqual(record());
    const untimed = record({ id: "bal_2", asOf: null, accounts: [], receivedAt: NOW + 5_000 });
    await test.lanes.keepBalances(shortcode, untimed);
    expect(await test.lanes.balances(shortcode)).toEqual(untimed);
  });

  it("are those of M-PESA's latest look, in whatever order the answers come", async () => {
    const older = record({ id: "older", asOf: NOW - 60_000, receivedAt: NOW + 9_000 });
    const newer = record({ id: "newer", asOf: NOW - 1_000, receivedAt: NOW });
    await test.lanes.keepBalances(shortcode, newer);
    await test.lanes.keepBalances(shortcode, older);
    expect(await test.lanes.balances(shortcode)).toEqual(newer);
    const sameSecond = record({ id: "same", asOf: NOW - 1_000, receivedAt: NOW + 10 });
    await test.lanes.keepBalances(shortcode, sameSecond);
    await test.lanes.keepBalances(shortcode, newer);
    expect(await test.lanes.balances(shortcode)).toEqual(sameSecond);
  });

  it("are those of the latest look when ten answers come at once", async () => {
    const records = Array.from({ length: 10 }, (_, look) => record({ id: `bal_${look}`, asOf: NOW - look * 1_000 }));
    await Promise.all(records.map((one) => test.lanes.keepBalances(shortcode, one)));
    expect(await test.lanes.balances(shortcode)).toEqual(records[0]);
  });

  it("are forgotten after thirty days", async () => {
    await test.lanes.keepBalances(shortcode, record());
    const item = await test.item(`balance#${shortcode}`, test.deps.tables.coordination);
    expect(item?.["ttl"]).toEqual({ N: String((NOW + 30 * 86_400_000) / 1_000) });
  });
});
