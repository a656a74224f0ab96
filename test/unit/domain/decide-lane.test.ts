/** Who may leave by a lane, ask about what left, or prove a credential: in each of the lane's conditions. */
import { describe, expect, it } from "vitest";
import {
  laneAllows,
  laneHalted,
  laneLifted,
  laneMended,
  mayAsk,
  mayAskBalance,
  MOST_PROBES,
  probeAnswered,
  PROBE_PATIENCE_MS,
  probeSent,
} from "../../../functions/domain/decide-lane.ts";
import { haltCause, haltMessage } from "../../../functions/domain/payout-lane.ts";
import type { HaltCode, LaneHalt, PayoutLane } from "../../../functions/domain/payout-lane.ts";

const NOW = 1_000_000;
const halt = (code: HaltCode): LaneHalt => ({ code, resultCode: null, at: 1, about: "pyo_1" });
const probe = (tries: number, at = NOW) => ({ id: "bal_1", fingerprint: "one", at, tries });
const lane = (changes: Partial<PayoutLane> = {}): PayoutLane => ({
  shortcode: "600992",
  version: 1,
  halt: null,
  provenFor: null,
  probe: null,
  ...changes,
});
const proven = (code?: HaltCode): PayoutLane =>
  lane({ provenFor: "one", halt: code === undefined ? null : halt(code) });

describe("questions that name the initiator", () => {
  it.each<[string, PayoutLane, boolean, boolean]>([
    ["a lane that nothing halts", proven(), true, true],
    ["a lane without float", proven("float_too_low"), true, true],
    ["a shortcode that may not pay out", proven("shortcode_misconfigured"), true, true],
    ["a person's halt", proven("person"), true, false],
    ["a complaint about the initiator", proven("initiator_locked"), false, false],
    ["a credential that nobody has proven", lane(), false, false],
    ["another credential than the proven one", lane({ provenFor: "two" }), false, false],
  ])("under %s", (_, ...[now, aboutPayouts, aboutBalance]) => {
    expect([mayAsk(now, "one"), mayAskBalance(now, "one")]).toEqual([aboutPayouts, aboutBalance]);
  });
});

describe("a payout", () => {
  it("goes with the proven credential, and waits as long as a question is out", () => {
    expect(laneAllows(proven(), "one", NOW)).toBe("go");
    expect(laneAllows(proven(), "two", NOW)).toBe("prove");
    const out = lane({ probe: probe(1) });
    expect(laneAllows(out, "one", NOW + PROBE_PATIENCE_MS - 1)).toBe("wait");
    expect(laneAllows(out, "one", NOW + PROBE_PATIENCE_MS)).toBe("prove");
    expect(laneAllows(proven("float_too_low"), "one", NOW)).toBe("halted");
  });
});

describe("the question that proves a credential", () => {
  const asked = { id: "bal_2", fingerprint: "two", at: NOW + PROBE_PATIENCE_MS };

  it("goes out once, and counts those that nobody answered", () => {
    expect(probeSent(lane(), asked)).toEqual({ halt: null, provenFor: null, probe: { ...asked, tries: 1 } });
    const second = probeSent(lane({ provenFor: "old", probe: probe(1) }), asked);
    expect(second).toEqual({ halt: null, provenFor: "old", probe: { ...asked, tries: 2 } });
    expect(probeSent(lane({ probe: probe(1, NOW + 1) }), asked)).toBeNull();
    expect(probeSent(lane({ provenFor: "two" }), asked)).toBeNull();
  });

  it("halts the lane instead of going out a fourth time, and says about which question", () => {
    const stopped = probeSent(lane({ provenFor: "old", probe: probe(MOST_PROBES) }), asked);
    expect(stopped).toEqual({
      halt: { code: "initiator_misconfigured", resultCode: null, at: asked.at, about: "bal_1" },
      provenFor: "old",
      probe: null,
    });
  });

  it("proves the credential that it went out with, and only by its own answer", () => {
    expect(probeAnswered(lane({ probe: probe(1) }), "bal_1")).toEqual({ halt: null, provenFor: "one", probe: null });
    expect(probeAnswered(lane({ probe: probe(1) }), "bal_2")).toBeNull();
    expect(probeAnswered(lane(), "bal_1")).toBeNull();
    expect(probeAnswered(lane({ probe: probe(1), halt: halt("float_too_low") }), "bal_1")).toBeNull();
  });
});

describe("a halt", () => {
  it("forgets what was proven when it is about the initiator, and no other does", () => {
    const out = { ...proven(), probe: probe(2) };
    for (const code of ["initiator_locked", "initiator_misconfigured"] as const)
      expect(laneHalted(out, halt(code))).toEqual({ halt: halt(code), provenFor: null, probe: null });
    for (const code of ["float_too_low", "shortcode_misconfigured", "person"] as const)
      expect(laneHalted(out, halt(code))).toEqual({ halt: halt(code), provenFor: "one", probe: null });
  });

  it("is lifted with what was proven, unless a person had made it", () => {
    const lifted = { halt: null, provenFor: "one", probe: null };
    expect(laneLifted(proven("float_too_low"))).toEqual(lifted);
    expect(laneLifted(proven("person"))).toEqual({ ...lifted, provenFor: null });
    expect(laneLifted(proven())).toBeNull();
  });

  it("is lifted by who mended what stopped one batch, unless a person had made it for all", () => {
    expect(laneMended(proven("float_too_low"))).toEqual(laneLifted(proven("float_too_low")));
    expect(laneMended(proven("person"))).toBeNull();
    expect(laneMended(proven())).toBeNull();
  });

  it("has a message, and stops what its code says", () => {
    expect(haltCause("person")).toBe("person");
    expect(haltCause("float_too_low")).toBe("float");
    expect(haltCause("receiver_not_registered")).toBeNull();
    expect(haltMessage("person")).toContain("payout-lane/resume");
    expect(haltMessage("float_too_low")).toContain("utility account");
  });
});
