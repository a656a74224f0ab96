import { describe, expect, it } from "vitest";
import { isPortalTime, possibleOrders, readStatementTime } from "../../../functions/statements/statement-time.ts";
import { readWhole, refusal } from "./reading.ts";

const HEAD = "Receipt No,Completion Time,Details,Transaction Status,Paid In,Withdrawn,Balance";
const file = (...times: readonly string[]): string =>
  [HEAD, ...times.map((time, index) => `TKM200000${index},"${time}",Pay Bill,Completed,10.00,,`)].join("\n");
const days = async (text: string): Promise<readonly string[]> =>
  (await readWhole(text)).lines.map(({ completedAt }) =>
    new Date(completedAt + 3 * 3_600_000).toISOString().slice(0, 16).replace("T", " "),
  );

describe("a moment is Nairobi time in the order of its file", () => {
  it.each([
    ["day-first", "21-11-2026 16:15:42", "2026-11-21T16:15:42"],
    ["day-first", "21/11/2026 16:15:42", "2026-11-21T16:15:42"],
    ["day-first", "1.2.2026 6:15", "2026-02-01T06:15:00"],
    ["month-first", "2/1/2026 6:15", "2026-02-01T06:15:00"],
    ["month-first", "11/21/2026 4:15:42 PM", "2026-11-21T16:15:42"],
    ["month-first", "11/21/2026 12:15:42 am", "2026-11-21T00:15:42"],
    ["year-first", "2026-11-21 16:15:42", "2026-11-21T16:15:42"],
    ["year-first", "2026-11-21T16:15:42.000", "2026-11-21T16:15:42"],
    ["year-first", "2026/11/21, 16:15", "2026-11-21T16:15:00"],
  ] as const)("%s: %s", (order, text, moment) => {
    expect(readStatementTime(text, order)).toBe(Date.parse(`${moment}+03:00`));
  });

  it.each([
    ...["", "21/11/2026", "16:15:42", "21/11-2026 16:15:42", "21/11/26 16:15:42", "21/11/2026 24:00:00"],
    ...["29/02/2026 10:00:00", "46347.67", "21/11/2026 16:60:00", "21/11/2026 13:00:00 PM", "2026-11-21T16:15:42Z"],
  ])("%j is no moment", (text) => {
    expect(possibleOrders(text)).toEqual([]);
  });

  it("is the portal's own only at full length", () => {
    expect(["05-06-2026 09:00:00", "5/6/2026 09:00:00", "05/06/2026 9:00", "2026-06-05 09:00:00"].map(isPortalTime)) //
      .toEqual([true, false, false, false]);
  });
});

describe("the order of a file's dates is decided by the whole file", () => {
  it("by any day beyond the twelfth, wherever it stands", async () => {
    expect(await days(file("5/6/2026 9:00", "6/6/2026 9:00", "13/6/2026 9:00"))).toEqual([
      ...["2026-06-05 09:00", "2026-06-06 09:00", "2026-06-13 09:00"],
    ]);
    expect(await days(file("6/5/2026 9:00", "6/6/2026 9:00", "6/13/2026 9:00"))).toEqual([
      ...["2026-06-05 09:00", "2026-06-06 09:00", "2026-06-13 09:00"],
    ]);
  });

  it("by the portal's own way to write them, when no day is beyond the twelfth", async () => {
    expect(await days(file("05/06/2026 09:00:00", "04/06/2026 09:00:00"))).toEqual([
      ...["2026-06-05 09:00", "2026-06-04 09:00"],
    ]);
  });

  it("by the period above the header", async () => {
    const period = (from: string, to: string): string => `Time Period:,From,${from},To,${to}\n`;
    const rows = file("5/6/2026 9:00", "6/6/2026 9:00");
    expect(await days(period("5/6/2026 0:00", "4/7/2026 23:59") + rows)).toEqual([
      ...["2026-06-05 09:00", "2026-06-06 09:00"],
    ]);
    expect(await days(period("5/1/2026 0:00", "5/31/2026 23:59") + file("5/6/2026 9:00", "5/7/2026 9:00"))).toEqual([
      ...["2026-05-06 09:00", "2026-05-07 09:00"],
    ]);
  });

  it("by nothing at all when both orders name the same days", async () => {
    expect(await days(file("6/6/2026 9:00", "6/6/2026 8:00"))).toEqual(["2026-06-06 09:00", "2026-06-06 08:00"]);
  });

  it("and when nothing tells, the file is refused with what to do", async () => {
    const refused = await refusal(file("5/6/2026 9:00", "6/5/2026 9:00"));
    expect(refused.code).toBe("ambiguous_dates");
    expect(refused.message).toContain("Export the statement from the portal again");
  });

  it.each([
    ["days and months beyond the twelfth", file("21/11/2026 09:00:00", "11/21/2026 09:00:00"), 3],
    ["the year at both ends", file("21/11/2026 09:00:00", "2026-11-21 09:00:00"), 3],
    ["the year first after dates that were not", file("05/06/2026 09:00:00", "2026-11-21 09:00:00"), 3],
  ])("and one that mixes orders is refused: %s", async (_what, text, row) => {
    expect(await refusal(text)).toMatchObject({ code: "mixed_dates", row });
  });
});
