import fc from "fast-check";
import { expect, it } from "vitest";
import { darajaTimestamp, dayBounds, nairobiDay, readMpesaTime } from "../../functions/domain/time.ts";

const moments = fc.integer({ min: Date.parse("1970-01-01"), max: Date.parse("2200-01-01") });

/** The same moment as the tz database has it. */
const parts = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Africa/Nairobi",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const inNairobi = (ms: number): Record<string, string> =>
  Object.fromEntries(parts.formatToParts(ms).map(({ type, value }) => [type, value]));

it("Nairobi's time and day are what the tz database says", () => {
  fc.assert(
    fc.property(moments, (ms) => {
      const { year, month, day, hour, minute, second } = inNairobi(ms);
      expect(darajaTimestamp(ms)).toBe(`${year}${month}${day}${hour}${minute}${second}`);
      expect(nairobiDay(ms)).toBe(`${year}-${month}-${day}`);
    }),
    { numRuns: 2_000 },
  );
});

it("what is written for Daraja is read back to the second, in all of M-PESA's spellings", () => {
  fc.assert(
    fc.property(moments, (ms) => {
      const second = ms - (((ms % 1000) + 1000) % 1000);
      const compact = darajaTimestamp(ms);
      const [, year, month, day, time] = /^(....)(..)(..)(.*)$/.exec(compact) ?? [];
      const dotted = `${day}.${month}.${year} ${time!.replace(/(..)(..)(..)/, "$1:$2:$3")}`;
      for (const written of [compact, Number(compact), dotted]) expect(readMpesaTime(written)).toBe(second);
    }),
  );
});

it("fourteen digits are a moment only if they are that moment written out", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^20[0-3]\d[0-2]\d[0-3]\d[0-3]\d[0-6]\d[0-6]\d$/), (text) => {
      const ms = readMpesaTime(text);
      if (ms === null) return;
      expect(darajaTimestamp(ms)).toBe(text);
    }),
    { numRuns: 2_000 },
  );
});

it("every moment lies in its day, and days touch without a gap", () => {
  fc.assert(
    fc.property(moments, (ms) => {
      const bounds = dayBounds(nairobiDay(ms))!;
      expect(ms).toBeGreaterThanOrEqual(bounds.from);
      expect(ms).toBeLessThan(bounds.until);
      expect(dayBounds(nairobiDay(bounds.until))?.from).toBe(bounds.until);
    }),
  );
});
