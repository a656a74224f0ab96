import { describe, expect, it } from "vitest";
import { PasswordSince } from "../../../functions/daraja/password-age.ts";
import { remindOfPassword } from "../../../functions/workers/remind-of-password.ts";

const DAY_MS = 86_400_000;
const SINCE = Date.parse("2026-01-01");

/** How often somebody is reminded in a night so many days after the first of January. */
const remindersAt = async (days: number, secret: object): Promise<number> => {
  let counted = 0;
  const password = PasswordSince.parse(secret);
  await remindOfPassword({
    password: () => Promise.resolve(password),
    clock: { now: () => SINCE + days * DAY_MS },
    count: () => void (counted += 1),
    log: { warn: () => undefined },
  })();
  return counted;
};

describe("the reminder of the API operator's password", () => {
  const DATED = { initiator_password: "p", initiator_password_since: "2026-01-01" };

  it("begins fourteen days before the ninety are over, and goes on until the password was changed", async () => {
    const nights = await Promise.all([0, 75, 76, 77, 90, 400].map((days) => remindersAt(days, DATED)));
    expect(nights).toEqual([0, 0, 1, 1, 1, 1]);
    expect(await remindersAt(77, { ...DATED, initiator_password_since: "2026-03-19" })).toBe(0);
  });

  it("comes as well when nobody wrote down the day, and never without an operator", async () => {
    expect(await remindersAt(0, { initiator_password: "p" })).toBe(1);
    expect(await remindersAt(0, { consumer_key: "k" })).toBe(0);
  });

  it("takes a secret as it is, whatever else is in it", () => {
    expect(PasswordSince.parse({ ...DATED, shortcode: 174379 })).toEqual({ hasOperator: true, since: SINCE });
  });
});
