/** What is written for CloudWatch: lines in its embedded metric format, which say the same in all and by code. */
import { expect, it } from "vitest";
import { METRICS_NAMESPACE, createCount, createMeasure } from "../../../functions/runtime/metrics.ts";
import type { Measured } from "../../../functions/runtime/metrics.ts";

const AT = Date.UTC(2026, 10, 22, 9);

const written = (write: (into: (line: string) => void) => void): unknown => {
  const lines: string[] = [];
  write((line) => lines.push(line));
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0]!);
};

it("a counter is one, of its stage, now", () => {
  const line = written((write) =>
    createCount({ clock: { now: () => AT }, service: () => "malipo-production", write })("FloatLow"),
  );
  expect(line).toEqual({
    _aws: {
      Timestamp: AT,
      CloudWatchMetrics: [
        { Namespace: METRICS_NAMESPACE, Dimensions: [["service"]], Metrics: [{ Name: "FloatLow", Unit: "Count" }] },
      ],
    },
    service: "malipo-production",
    FloatLow: 1,
  });
});

it("what happened is measured at its own time, in its own units, and a failure by its code too", () => {
  const failed = written((write) =>
    createMeasure({ service: () => "malipo-production", write })({
      values: { PaymentsFailed: 1, PaymentTime: 31_000 },
      code: "wrong_pin",
      at: AT - 5_000,
    }),
  );
  expect(failed).toEqual({
    _aws: {
      Timestamp: AT - 5_000,
      CloudWatchMetrics: [
        {
          Namespace: METRICS_NAMESPACE,
          Dimensions: [["service"], ["service", "code"]],
          Metrics: [
            { Name: "PaymentsFailed", Unit: "Count" },
            { Name: "PaymentTime", Unit: "Milliseconds" },
          ],
        },
      ],
    },
    service: "malipo-production",
    code: "wrong_pin",
    PaymentsFailed: 1,
    PaymentTime: 31_000,
  });
});

it("a success has no code, and no view by one", () => {
  const paid = written((write) =>
    createMeasure({ service: () => "malipo-production", write })({
      values: { PaymentsSucceeded: 1, PaymentTime: 9_000, PaymentLag: 1_200 },
      code: null,
      at: AT,
    }),
  );
  expect(paid).toMatchObject({ _aws: { CloudWatchMetrics: [{ Dimensions: [["service"]] }] }, PaymentLag: 1_200 });
  expect(paid).not.toHaveProperty("code");
});

it("what is counted by age has that view alone, and many values of a kind share a line", () => {
  const write = (measured: Measured) =>
    written((into) => createMeasure({ service: () => "malipo-production", write: into })(measured));
  expect(write({ values: { OpenExceptions: 3 }, code: null, age: "older", at: AT })).toMatchObject({
    _aws: { CloudWatchMetrics: [{ Dimensions: [["service", "age"]] }] },
    age: "older",
    OpenExceptions: 3,
  });
  expect(write({ values: { PaymentUnknownAge: [1_000, 2_000] }, code: null, at: AT })).toMatchObject({
    _aws: { CloudWatchMetrics: [{ Dimensions: [["service"]], Metrics: [{ Name: "PaymentUnknownAge" }] }] },
    PaymentUnknownAge: [1_000, 2_000],
  });
});
