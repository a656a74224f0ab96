/**
 * The measured operations with everything they do to the outside world: real handlers over the sandbox's own engine and
 * simulator, recorded. From here come the payloads of the floor, the answers of the replay and the sizes of the bill.
 */
import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { Bundle } from "./bundles.ts";
import { startDriver } from "./driver.ts";
import type { Driver } from "./driver.ts";
import { callbackEvent, paymentOf, pollEvent, startEvent } from "./events.ts";
import { startRecorder } from "./recorder.ts";
import type { Exchange, Recorder } from "./recorder.ts";
import type { Rig } from "./rig.ts";

/** One operation as it was recorded while it was warm. */
export interface Recorded {
  readonly handler: Bundle;
  readonly driver: Driver;
  readonly environment: Readonly<Record<string, string>>;
  /** What one operation sends, for each recorded run. */
  readonly runs: readonly (readonly Exchange[])[];
  /** Bytes of each run's answer, headers included. */
  readonly answerBytes: readonly number[];
  /** Another event of the same kind. */
  readonly event: () => unknown;
  readonly status: number;
}

export interface Operations {
  readonly start: Recorded;
  readonly callback: Recorded;
  readonly poll: Recorded;
  readonly recorder: Recorder;
  close(): Promise<void>;
}

const Push = z.object({ CallBackURL: z.url(), PhoneNumber: z.coerce.string() });
const Taken = z.object({ CheckoutRequestID: z.string(), MerchantRequestID: z.string() });
const Answer = z.object({ headers: z.record(z.string(), z.string()), body: z.string() });

const bytesOf = (last: unknown): number => {
  const { headers, body } = Answer.parse(last);
  return Object.entries(headers).reduce(
    (sum, [name, value]) => sum + name.length + value.length + 4,
    Buffer.byteLength(body),
  );
};

const takenPush = (run: readonly Exchange[]) => {
  const push = run.find(({ target, method }) => target === "" && method === "POST");
  if (!push) throw new Error("a recorded start sent no push");
  const sent = Push.parse(JSON.parse(push.body));
  const taken = Taken.parse(JSON.parse(push.answer.body));
  return {
    callbackUrl: sent.CallBackURL,
    phone: sent.PhoneNumber,
    checkoutId: taken.CheckoutRequestID,
    merchantId: taken.MerchantRequestID,
    receipt: `UKL${randomUUID().replaceAll("-", "").slice(0, 7).toUpperCase()}`,
  };
};

interface Recording {
  readonly rig: Rig;
  readonly main: Bundle;
  readonly bundles: ReadonlyMap<string, Bundle>;
  readonly runs: number;
}

const bundleOf = ({ bundles }: Recording, name: string): Bundle => {
  const found = bundles.get(name);
  if (!found) throw new Error(`there is no bundle of ${name}`);
  return found;
};

interface Run {
  readonly exchanges: readonly Exchange[];
  readonly answerBytes: number;
}

/** Runs one event through a handler and gives what it did. */
const once = async (
  driver: Driver,
  recorder: Recorder,
  { event, status }: { event: unknown; status: number },
): Promise<Run> => {
  recorder.take();
  const { last } = await driver.run([event], status);
  return { exchanges: recorder.take(), answerBytes: bytesOf(last) };
};

/** Records the operations: each run is one payment from its start to its callback and a look at it. The first is cold and left out. */
export const recordOperations = async (recording: Recording): Promise<Operations> => {
  const { rig, main, runs } = recording;
  const { sandbox, dynamo, tables } = rig;
  const recorder = await startRecorder({ awsUrl: sandbox.awsUrl, darajaUrl: rig.simulatorUrl, dynamo, tables });
  const begin = async (name: string, logicalId: string) => {
    const handler = bundleOf(recording, name);
    const environment = rig.environmentOf(logicalId, recorder.url);
    return { handler, environment, driver: await startDriver({ main, handler, environment }) };
  };
  const start = await begin("start-payment", "StartPayment");
  const callback = await begin("stk-callback", "StkCallback");
  const poll = await begin("read-payments", "ReadPayments");
  const did = { start: [] as Run[], callback: [] as Run[], poll: [] as Run[] };
  let callbackOf: unknown = null;
  let pollOf: unknown = null;
  for (let run = 0; run <= runs; run += 1) {
    const started = await once(start.driver, recorder, { event: startEvent(), status: 201 });
    const push = takenPush(started.exchanges);
    callbackOf = callbackEvent(push);
    pollOf = pollEvent(paymentOf(push));
    const told = await once(callback.driver, recorder, { event: callbackOf, status: 200 });
    const polled = await once(poll.driver, recorder, { event: pollOf, status: 200 });
    if (run === 0) continue;
    did.start.push(started);
    did.callback.push(told);
    did.poll.push(polled);
  }
  recorder.replay();
  const gather = (each: readonly Run[]) => ({
    runs: each.map(({ exchanges }) => exchanges),
    answerBytes: each.map(({ answerBytes }) => answerBytes),
  });
  return {
    recorder,
    start: { ...start, ...gather(did.start), event: startEvent, status: 201 },
    callback: { ...callback, ...gather(did.callback), event: () => callbackOf, status: 200 },
    poll: { ...poll, ...gather(did.poll), event: () => pollOf, status: 200 },
    close: async () => {
      await Promise.all([start, callback, poll].map(({ driver }) => driver.close()));
      await recorder.close();
    },
  };
};
