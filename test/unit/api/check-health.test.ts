/** The deep check: every part says how it is, at its own pace, and none can hold the answer up or talk too much. */
import { describe, expect, it } from "vitest";
import { checkHealth } from "../../../functions/api/check-health.ts";
import type { HealthPart } from "../../../functions/api/check-health.ts";
import { HealthReport } from "../../../functions/api/responses-health.ts";
import { virtualTime } from "../daraja/virtual-time.ts";

const part = (name: string, look: HealthPart["look"]): HealthPart => ({ name, neededFor: "something", look });

const ask = async (parts: readonly HealthPart[]) => {
  const time = virtualTime();
  const asking = checkHealth({ parts, clock: time, wait: time.wait })({} as never);
  await time.run();
  const { body } = (await asking) as { body: unknown };
  return HealthReport.parse(body);
};

const WELL = part("ledger", () => Promise.resolve("answers"));

describe("the deep check", () => {
  it("works when every part does", async () => {
    const report = await ask([WELL, part("queue", () => Promise.resolve("answers; nothing waits"))]);
    expect(report.status).toBe("works");
    expect(report.checks.map(({ name, status, found }) => [name, status, found])).toEqual([
      ["ledger", "works", "answers"],
      ["queue", "works", "answers; nothing waits"],
    ]);
  });

  it("names a part that fails by the kind of its fault alone, and still tells of the others", async () => {
    class Denied extends Error {
      override readonly name = "AccessDeniedException";
    }
    const report = await ask([part("secret", () => Promise.reject(new Denied("hunter2 is wrong"))), WELL]);
    expect(report.status).toBe("fails");
    expect(report.checks[0]).toMatchObject({
      status: "fails",
      found: "out of reach or unusable: AccessDeniedException",
      needed_for: "something",
    });
    expect(report.checks[1]).toMatchObject({ status: "works" });
    expect(JSON.stringify(report)).not.toContain("hunter2");
  });

  it("waits four seconds for a part that says nothing, and no longer", async () => {
    const report = await ask([part("table", () => new Promise(() => undefined)), WELL]);
    expect(report.checks[0]).toMatchObject({ status: "fails", found: "no answer within 4 s", took_ms: 4_000 });
    expect(report.checks[1]).toMatchObject({ status: "works", took_ms: 0 });
  });
});
