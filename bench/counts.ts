/**
 * How many calls each operation makes, counted where they arrive: AWS calls at the sandbox's AWS door, calls to Daraja
 * at the simulator. Warm: the first payments are made before the counting starts.
 */
import type { CallCount } from "../sandbox/aws/door/call-counter.ts";
import { directionOf } from "./touched.ts";
import { KEY, calledBack, darajaCalls, idOf, pay, poll, silentPhone, start, until, verify } from "./rig.ts";
import type { Rig, Started } from "./rig.ts";

export interface Counted {
  readonly operations: number;
  readonly writes: number;
  readonly reads: number;
  readonly secretReads: number;
  readonly pushes: number;
  readonly queries: number;
  readonly tokens: number;
  readonly logBytes: number;
}

const PUSH_PATH = "/mpesa/stkpush/v1/processrequest";
const QUERY_PATH = "/mpesa/stkpushquery/v1/query";

const sum = (calls: readonly CallCount[], fits: (call: CallCount) => boolean): number =>
  calls.filter(fits).reduce((total, { count }) => total + count, 0);

/** Counts what `caller` does while `work` runs. */
const countAround = async (
  rig: Rig,
  { caller, operations }: { readonly caller: string; readonly operations: number },
  work: () => Promise<void>,
): Promise<Counted> => {
  const { calls } = rig.sandbox;
  const before = await darajaCalls(rig);
  const logged = rig.logBytes(caller);
  calls.reset();
  await work();
  const counted = calls.counts().filter((call) => call.caller.startsWith(idOf(caller)));
  const after = await darajaCalls(rig);
  const dynamo = (direction: "read" | "write"): number =>
    sum(
      counted,
      ({ service, operation }) => service === "dynamodb" && directionOf(`DynamoDB_.${operation}`) === direction,
    );
  const daraja = (path: string): number => (after.requests[path] ?? 0) - (before.requests[path] ?? 0);
  return {
    operations,
    writes: dynamo("write"),
    reads: dynamo("read"),
    secretReads: sum(counted, ({ service }) => service === "secretsmanager"),
    pushes: daraja(PUSH_PATH),
    queries: daraja(QUERY_PATH),
    tokens: after.oauth_requests - before.oauth_requests,
    logBytes: rig.logBytes(caller) - logged,
  };
};

const inTurn = async <T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> => {
  for (const item of items) await act(item);
};

/** Payments whose payer has paid and whose callback will never come. */
const silentPayments = async (rig: Rig, count: number): Promise<readonly Started[]> => {
  const started: Started[] = [];
  for (let made = 0; made < count; made += 1) {
    const payment = await start(rig, await silentPhone(rig));
    await pay(rig, payment);
    started.push(payment);
  }
  return started;
};

/** What API Gateway sends an authoriser for a key that it does not remember. */
const authoriseOnce = async (rig: Rig): Promise<void> => {
  const methodArn = "arn:aws:execute-api:us-east-1:000000000000:api/local/POST/v1/payments";
  const event = { type: "TOKEN", authorizationToken: `Bearer ${KEY}`, methodArn };
  const allowed = await rig.sandbox.functions.find("Authorise").invoke(event);
  if (!allowed.ok) throw new Error(`the authoriser failed: ${allowed.error.errorType}`);
};

const sweepOnce = async (rig: Rig): Promise<void> => {
  const swept = await rig.sandbox.functions.find("Sweep").invoke({ id: "bench" });
  if (!swept.ok) throw new Error(`the sweep failed: ${swept.error.errorType}`);
};

export interface CountOptions {
  /** Payments made before anything is counted. */
  readonly warmUp: number;
  readonly operations: number;
  /** Payments that go silent, for verify and for the sweep each. */
  readonly silent: number;
}

export interface AllCounted {
  readonly start: Counted;
  readonly callback: Counted;
  readonly poll: Counted;
  readonly authorise: Counted;
  readonly verify: Counted;
  readonly sweep: Counted;
  readonly idleSweep: Counted;
}

export const countAll = async (rig: Rig, options: CountOptions): Promise<AllCounted> => {
  const { warmUp, operations, silent } = options;
  const numbers = Array.from({ length: operations }, (_, index) => index);
  await inTurn(numbers.slice(0, warmUp), async () => {
    const started = await start(rig);
    await pay(rig, started);
    await calledBack(rig, started);
    await poll(rig, started.payment.id);
  });
  const started: Started[] = [];
  const starts = await countAround(rig, { caller: "StartPayment", operations }, () =>
    inTurn(numbers, async () => started.push(await start(rig))),
  );
  const callbacks = await countAround(rig, { caller: "StkCallback", operations }, () =>
    inTurn(started, async (payment) => {
      await pay(rig, payment);
      await calledBack(rig, payment);
    }),
  );
  const polls = await countAround(rig, { caller: "ReadPayments", operations }, () =>
    inTurn(started, ({ payment }) => poll(rig, payment.id)),
  );
  const authorised = await countAround(rig, { caller: "Authorise", operations }, () =>
    inTurn(numbers, () => authoriseOnce(rig)),
  );
  return {
    start: starts,
    callback: callbacks,
    poll: polls,
    authorise: authorised,
    ...(await countQuestions(rig, silent)),
  };
};

/** Verify and the sweep: what asks Daraja about payments that went silent. */
const countQuestions = async (rig: Rig, silent: number) => {
  const [warm, ...asked] = await silentPayments(rig, silent + 1);
  if (warm) await verify(rig, warm.payment.id);
  const verifies = await countAround(rig, { caller: "VerifyPayment", operations: silent }, () =>
    inTurn(asked, ({ payment }) => verify(rig, payment.id)),
  );
  await sweepOnce(rig);
  const left = await silentPayments(rig, silent);
  const due = Date.now() + 1_000;
  await until("the payments are due", () => Promise.resolve(Date.now() > due));
  const sweeps = await countAround(rig, { caller: "Sweep", operations: silent }, () => sweepOnce(rig));
  for (const { payment } of left)
    if ((await poll(rig, payment.id)).status !== "succeeded") throw new Error("the sweep left a paid payment behind");
  const idle = await countAround(rig, { caller: "Sweep", operations: 1 }, () => sweepOnce(rig));
  return { verify: verifies, sweep: sweeps, idleSweep: idle };
};
