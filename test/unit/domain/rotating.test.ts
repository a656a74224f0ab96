import { describe, expect, it } from "vitest";
import {
  follows,
  honouredOf,
  lastingOf,
  nextPepper,
  nextSigning,
  Rotating,
  Signing,
  upcomingOf,
} from "../../../functions/domain/rotating.ts";

const [FIRST, SECOND, THIRD] = ["first", "second", "third"].map((name) => `${name}-value-of-a-secret`) as [
  string,
  string,
  string,
];

describe("a signing secret that nobody rotated yet", () => {
  const signing: Signing = { current: FIRST };

  it("honours what it signs with, and what the next rotation will sign with", () => {
    expect(honouredOf(signing)).toEqual([FIRST, upcomingOf(signing), FIRST]);
    expect(upcomingOf(signing)).toMatch(/^[0-9a-f]{64}$/);
    expect(upcomingOf(signing)).not.toBe(upcomingOf({ current: SECOND }));
  });

  it("signs what is kept outside for good with the value that it has", () => expect(lastingOf(signing)).toBe(FIRST));
});

describe("a rotation", () => {
  const now: Signing = { current: FIRST, next: SECOND };
  const once = nextSigning(now, THIRD);

  it("signs with what was announced, honours what was before, and announces what is fresh", () => {
    expect(once).toEqual({ current: SECOND, previous: FIRST, lasting: FIRST, next: THIRD });
    expect(honouredOf(once)).toEqual([SECOND, THIRD, FIRST]);
    expect(nextSigning({ current: FIRST }, THIRD).current).toBe(upcomingOf({ current: FIRST }));
  });

  it("never changes what is kept outside for good", () => {
    expect(lastingOf(once)).toBe(FIRST);
    expect(lastingOf(nextSigning(once, "a-fourth-value-of-a-secret"))).toBe(FIRST);
  });

  it("is known by the value before it, and is no rotation where nothing new signs", () => {
    expect(follows(once, now)).toBe(true);
    expect(follows({ ...once, previous: THIRD }, now)).toBe(false);
    expect(follows({ ...once, current: FIRST }, now)).toBe(false);
    expect(follows({ ...once, current: THIRD }, { ...now, previous: THIRD })).toBe(false);
    expect(follows({ current: SECOND }, now)).toBe(false);
  });

  it("of a pepper keeps the one before, and no other", () => {
    expect(nextPepper({ current: SECOND, previous: FIRST }, THIRD)).toEqual({ current: THIRD, previous: SECOND });
  });
});

it("a secret that could be guessed is none", () => {
  expect(Rotating.safeParse({ current: "x".repeat(16) }).success).toBe(true);
  expect(Rotating.safeParse({ current: "x".repeat(15) }).success).toBe(false);
  expect(Signing.safeParse({ current: FIRST, next: "short" }).success).toBe(false);
});
