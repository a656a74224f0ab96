import { describe, expect, it } from "vitest";
import {
  darajaTimestamp,
  dayBounds,
  nairobiDay,
  nairobiTime,
  readMpesaTime,
  utcIso,
} from "../../../functions/domain/time.ts";

describe("Nairobi time", () => {
  it("is written for Daraja three hours ahead of UTC", () => {
    expect(darajaTimestamp(Date.parse("2026-11-21T14:05:09.999Z"))).toBe("20261121170509");
    expect(darajaTimestamp(Date.parse("2026-12-31T21:00:00Z"))).toBe("20270101000000");
  });

  it("is written for people to the second", () => {
    expect(nairobiTime(Date.parse("2026-11-21T14:05:09.999Z"))).toBe("2026-11-21 17:05:09");
  });

  it("begins a new day at nine in the evening, UTC", () => {
    expect(nairobiDay(Date.parse("2026-11-21T20:59:59.999Z"))).toBe("2026-11-21");
    expect(nairobiDay(Date.parse("2026-11-21T21:00:00Z"))).toBe("2026-11-22");
  });

  it("has days of 24 hours, all year", () => {
    expect(dayBounds("2026-03-29")).toEqual({
      from: Date.parse("2026-03-28T21:00:00Z"),
      until: Date.parse("2026-03-29T21:00:00Z"),
    });
    expect(dayBounds("2024-02-29")).not.toBeNull();
  });

  it.each(["", "2026-02-29", "2026-11-31", "2026-13-01", "2026-00-10", "2026-1-1", "20261121", "2026-11-21T00:00"])(
    "%j is not a day",
    (day) => expect(dayBounds(day)).toBeNull(),
  );
});

describe("a time as M-PESA writes it", () => {
  const moment = Date.parse("2024-07-06T19:48:52Z");

  it.each([["20240706224852"], [20240706224852], ["06.07.2024 22:48:52"], [" 20240706224852 "]])(
    "%j is read as Nairobi time",
    (written) => expect(readMpesaTime(written)).toBe(moment),
  );

  it("may be as old as years of four digits are", () => {
    expect(readMpesaTime("10000101030000")).toBe(Date.UTC(1000, 0, 1));
    expect(readMpesaTime("09991231235959")).toBeNull();
  });

  it.each([
    "",
    "20240230000000",
    "20230229120000",
    "20241301000000",
    "20240700000000",
    "20240706240000",
    "20240706226000",
    "20240706224860",
    "2024070622485",
    "202407062248520",
    "31.04.2024 10:00:00",
    "06.07.2024",
    "06/07/2024 22:48:52",
    "00010101000000",
    Number.NaN,
    20240706224852.5,
  ])("%j is no moment", (written) => expect(readMpesaTime(written)).toBeNull());
});

it("the API writes UTC", () => expect(utcIso(0)).toBe("1970-01-01T00:00:00.000Z"));
