import { expect, test } from "vitest";
import { daysLeft, isAgeing, PasswordSince } from "../../../functions/daraja/password-age.ts";

const DAY_MS = 86_400_000;
const SINCE = Date.parse("2026-01-01");
const dated = () => PasswordSince.parse({ initiator_password: "p", initiator_password_since: "2026-01-01" });

test("a password lives for ninety days, counted by the day, and is past its end after that", () => {
  const left = [0, 1, DAY_MS - 1, DAY_MS, 90 * DAY_MS, 91 * DAY_MS].map((ms) => daysLeft(dated(), SINCE + ms));
  expect(left).toEqual([90, 90, 90, 89, 0, -1]);
  expect([75, 76, 200].map((days) => isAgeing(dated(), SINCE + days * DAY_MS))).toEqual([false, true, true]);
});

test("of a password that nobody dated nobody knows how long it lives, so somebody is reminded", () => {
  const undated = PasswordSince.parse({ initiator_password: "p" });
  expect([daysLeft(undated, SINCE), isAgeing(undated, SINCE)]).toEqual([null, true]);
});

test("an empty password is none: there is no operator to remind anybody of", () => {
  for (const secret of [{}, { initiator_password: "" }, { initiator_password_since: "2025-01-01" }])
    expect(isAgeing(PasswordSince.parse(secret), SINCE)).toBe(false);
  expect(() => PasswordSince.parse({ initiator_password_since: "soon" })).toThrow();
});
