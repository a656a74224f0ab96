import { describe, expect, test } from "vitest";
import { decideException, eventFacts, isSettled, MOST_ENTRIES } from "../../../functions/domain/decide-exception.ts";
import type { ExceptionEvent, Outcome } from "../../../functions/domain/decide-exception.ts";
import { EXCEPTION_KINDS } from "../../../functions/domain/payment-states.ts";
import { entry, exceptionWith } from "./exceptions.ts";

const ACT = { at: 5, by: "key:one", requestId: "request" };
const opened = entry("opened");
const ASSIGNED: ExceptionEvent = { event: "assigned", owner: "Amina" };
const NOTED: ExceptionEvent = { event: "noted", note: "asked the bank" };
const ASKED: ExceptionEvent = { event: "asked", told: false };
const RESOLVED: ExceptionEvent = { event: "resolved", resolution: "explained", note: "found" };
const ALL = [ASSIGNED, NOTED, ASKED, RESOLVED];

describe("an open exception", () => {
  test("takes everything that people do", () => {
    for (const event of ALL) expect(decideException(exceptionWith(), event, ACT)).toEqual({ decision: "write" });
  });

  test("takes everything even when it was kept before exceptions had a history", () => {
    const old = exceptionWith({ version: 0, history: [], head: null });
    for (const event of ALL) expect(decideException(old, event, ACT)).toEqual({ decision: "write" });
  });

  test("is not given again to who has it, by whomever", () => {
    const history = [opened, entry("assigned", { owner: "Amina" }), entry("noted", { note: "x" })];
    const given = exceptionWith({ history });
    expect(decideException(given, ASSIGNED, { ...ACT, by: "key:two" })).toEqual({ decision: "nothing" });
    expect(decideException(given, { event: "assigned", owner: null }, ACT)).toEqual({ decision: "write" });
  });

  test("takes the same note once in a row from one key, and again from another or later", () => {
    const note = entry("noted", { note: "asked the bank" });
    const noted = exceptionWith({ history: [opened, note] });
    expect(decideException(noted, NOTED, ACT)).toEqual({ decision: "nothing" });
    expect(decideException(noted, NOTED, { ...ACT, by: "key:two" })).toEqual({ decision: "write" });
    expect(decideException(noted, { ...NOTED, note: "asked the bank twice" }, ACT)).toEqual({ decision: "write" });
    const later = exceptionWith({ history: [opened, note, entry("asked", { told: false })] });
    expect(decideException(later, NOTED, ACT)).toEqual({ decision: "write" });
  });

  test("is told the same once more only where both say no less", () => {
    const wordy = entry("noted", { note: "asked the bank", statement: "stm_1" });
    expect(decideException(exceptionWith({ history: [opened, wordy] }), NOTED, ACT)).toEqual({ decision: "write" });
  });

  test("takes a remark by whoever has it", () => {
    const given = exceptionWith({ history: [opened, entry("assigned", { owner: "Amina" })] });
    for (const event of [NOTED, ASKED, RESOLVED])
      expect(decideException(given, event, ACT)).toEqual({ decision: "write" });
    const free: ExceptionEvent = { event: "assigned", owner: null };
    expect(decideException(exceptionWith(), free, ACT)).toEqual({ decision: "nothing" });
  });

  test("says of each act what was said", () => {
    expect(ALL.map(eventFacts)).toEqual([
      { owner: "Amina" },
      { note: "asked the bank" },
      { told: false },
      { resolution: "explained", note: "found" },
    ]);
    expect(eventFacts({ event: "assigned", owner: null })).toEqual({});
  });

  test("may be asked about again and again, until its history is full", () => {
    const asked = exceptionWith({ history: [opened, entry("asked", { told: false })] });
    expect(decideException(asked, ASKED, ACT)).toEqual({ decision: "write" });
  });

  test("with a full history takes nothing but a resolution", () => {
    const history = [opened, ...Array.from({ length: MOST_ENTRIES - 1 }, () => entry("asked", { told: false }))];
    const full = exceptionWith({ history });
    for (const event of [ASSIGNED, NOTED, ASKED])
      expect(decideException(full, event, ACT)).toEqual({ decision: "refuse", because: "exception_full" });
    expect(decideException(full, RESOLVED, ACT)).toEqual({ decision: "write" });
  });
});

describe("a resolved exception", () => {
  const history = [opened, entry("resolved", { resolution: "explained", note: "found" })];
  const resolved = exceptionWith({ status: "resolved", history });

  test("takes a remark, and that somebody had asked; nothing that would change it", () => {
    for (const event of [NOTED, ASKED]) expect(decideException(resolved, event, ACT)).toEqual({ decision: "write" });
    expect(decideException(resolved, ASSIGNED, ACT)).toEqual({ decision: "refuse", because: "already_resolved" });
  });

  test("answers the very same resolution as it did the first time, and refuses any other", () => {
    expect(decideException(resolved, RESOLVED, ACT)).toEqual({ decision: "nothing" });
    const others: ExceptionEvent[] = [
      { ...RESOLVED, note: "found it" },
      { ...RESOLVED, resolution: "duplicate" },
    ];
    for (const event of others)
      expect(decideException(resolved, event, ACT)).toEqual({ decision: "refuse", because: "already_resolved" });
    const byAnother = decideException(resolved, RESOLVED, { ...ACT, by: "key:two" });
    expect(byAnother).toEqual({ decision: "refuse", because: "already_resolved" });
  });
});

describe("M-PESA's word", () => {
  const LAST = 100;
  const paid = (at: number) => entry("paid", { receipt: "TKL0000001" }, { at, by: "safaricom", source: "query" });
  const ended: Outcome = { isOpen: false, disputed: false, history: [paid(LAST)], confirmed: true };

  test("settles only what says that nobody knew, did not believe or did not understand", () => {
    const settled = EXCEPTION_KINDS.filter((kind) => isSettled({ kind, lastAt: LAST }, ended));
    expect(settled).toEqual(["unverified_source", "uncertain_overdue", "unreadable_callback"]);
  });

  test("settles nothing while money may still move, or while words disagree", () => {
    const disagreed = entry("unpaid", {}, { at: 1, exception: "conflicting_evidence" });
    for (const kind of EXCEPTION_KINDS)
      for (const more of [{ isOpen: true }, { disputed: true }, { history: [disagreed, paid(LAST)] }])
        expect(isSettled({ kind, lastAt: LAST }, { ...ended, ...more }), kind).toBe(false);
  });

  test("of before a callback was not believed does not settle that callback, unless it was just given again", () => {
    const unbelieved = { kind: "unverified_source", lastAt: LAST } as const;
    const before = { ...ended, history: [paid(LAST - 1)] };
    expect(isSettled(unbelieved, { ...before, confirmed: false })).toBe(false);
    expect(isSettled(unbelieved, before)).toBe(true);
    expect(isSettled(unbelieved, { ...ended, confirmed: false })).toBe(true);
    const unheard = { ...ended, history: [opened, paid(LAST), entry("noted", {}, { at: LAST + 1 })], confirmed: false };
    expect(isSettled(unbelieved, unheard)).toBe(true);
    expect(isSettled(unbelieved, { ...unheard, history: unheard.history.slice(2) })).toBe(false);
    expect(isSettled({ ...unbelieved, kind: "uncertain_overdue" }, { ...before, confirmed: false })).toBe(true);
  });
});
