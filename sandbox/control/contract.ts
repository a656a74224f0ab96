/** What the control port takes and answers: the sandbox's inside, for tests and for the curious. */
import * as z from "zod";

const SERVICES = ["dynamodb", "secretsmanager", "sqs", "s3", "execute-api"] as const;

const Match = z.strictObject({
  caller: z.string().optional(),
  service: z.enum(SERVICES).optional(),
  operation: z.string().optional(),
});

export const FaultRule = z.strictObject({
  match: Match.default({}),
  fault: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("lose_answer") }),
    z.strictObject({ kind: z.literal("refuse") }),
    z.strictObject({ kind: z.literal("throttle") }),
    z.strictObject({ kind: z.literal("delay"), ms: z.int().min(0).max(60_000) }),
  ]),
  times: z.int().min(1).max(10_000).default(1),
});

export const Invocation = z.strictObject({
  event: z.unknown(),
  timeout_ms: z.int().min(1).max(900_000).optional(),
});

export const InvokeResult = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), requestId: z.string(), payload: z.unknown() }),
  z.object({
    ok: z.literal(false),
    requestId: z.string(),
    error: z.object({ errorType: z.string(), errorMessage: z.string(), trace: z.array(z.string()).optional() }),
  }),
]);

/** Whether queues deliver every message twice. */
export const Deliveries = z.strictObject({ doubled: z.boolean() });

/** How far to put the clock forward: at most a year. */
export const Travel = z.strictObject({
  seconds: z
    .int()
    .min(1)
    .max(366 * 86_400),
});

/** What time it is in the sandbox. */
export const Time = z.object({ now: z.iso.datetime() });

/** How many invocations run or wait, of all functions together. */
export const Running = z.object({ running: z.int().nonnegative() });

/** How many of the running instances are ended; all without a number. */
export const Kill = z.strictObject({ most: z.int().min(1).optional() });

export const Killed = z.object({ killed: z.int() });

/** How many open sockets were cut. */
export const Cut = z.object({ cut: z.int().nonnegative() });

export const CallCounts = z.array(
  z.object({
    caller: z.string(),
    service: z.enum(SERVICES),
    operation: z.string(),
    count: z.int(),
  }),
);

/** Calls that a function's role did not allow. */
export const Denials = z.array(z.object({ caller: z.string(), action: z.string(), resource: z.string() }));

export const Logs = z.array(z.object({ at: z.number(), text: z.string() }));

const Epoch = z.number();

/** Every alarm of the template, with what it watches. Times are the sandbox's, epoch milliseconds. */
export const Alarms = z.array(
  z.object({
    name: z.string(),
    state: z.enum(["OK", "ALARM", "INSUFFICIENT_DATA"]),
    since: Epoch,
    rang_at: Epoch.nullable(),
    value: z.number().nullable(),
    rings: z.string(),
    impact: z.string(),
    runbook: z.string(),
    not_run: z.string().nullable(),
    watches: z.array(
      z.object({
        namespace: z.string(),
        name: z.string(),
        dimensions: z.record(z.string(), z.string()),
        statistic: z.string(),
      }),
    ),
  }),
);

/** The dashboard's graphs over the last hour, minute by minute. */
export const Drawn = z.object({
  steps: z.array(Epoch),
  graphs: z.array(
    z.object({
      title: z.string(),
      stacked: z.boolean(),
      unit: z.string(),
      lines: z.array(
        z.object({
          label: z.string(),
          color: z.string().nullable(),
          axis: z.enum(["left", "right"]),
          adds: z.boolean(),
          values: z.array(z.number().nullable()),
        }),
      ),
    }),
  ),
});

export const Resources = z.array(z.object({ logical_id: z.string(), type: z.string(), name: z.string() }));

/** What every mistake is answered with, with status 400. */
export const Refused = z.object({ error: z.string() });
