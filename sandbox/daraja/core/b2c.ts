/**
 * B2C: money from the organisation to a phone. v3 carries an id of the caller's and refuses it a second time, which is
 * what lets a client send again after a lost answer. v1 has no such id: whatever is sent twice is paid twice. Accepting
 * a payout says nothing about money; only a ResultCode does.
 */
import { acceptedAnswer } from "./accepted.ts";
import { checkPayout } from "./b2c-checks.ts";
import { badTokenReading } from "./bad-tokens.ts";
import { textOf, type Call, type Endpoint } from "./endpoint.ts";
import type { Outcome } from "./exchange.ts";
import type { CallbackPlan, Fault, Subject } from "./faults.ts";
import { fieldOf } from "./field-rules.ts";
import { receiverOfPayout } from "./receivers.ts";
import { duplicateConversation, spikeArrest } from "./refusals.ts";
import type { World } from "./world.ts";

type Version = "v1" | "v3";

const submit = async (
  world: World,
  call: Call,
  { plan, version }: { plan: CallbackPlan; version: Version },
): Promise<Outcome> => {
  const checked = checkPayout(world, call, version);
  if (!checked.ok) return checked.outcome;
  const order = checked.value;
  const known = world.payoutBook.find(order.originatorConversationId);
  if (known !== undefined) {
    world.payoutBook.repeat(known);
    return duplicateConversation(call.requestId);
  }
  const credential = fieldOf(call, "SecurityCredential");
  const { payout, told } = world.payouts.take({ order, credential, plan, requestBody: call.body });
  world.firstSubmits.taken(payoutKey(call.fields));
  if (plan.before_answer) await Promise.race([told, world.stopped]);
  return acceptedAnswer(payout);
};

/** What tells one payout from another before it is taken: its id, or what is as close to one as v1 comes. */
const payoutKey = (fields: Call["fields"]): string =>
  ["OriginatorConversationID", "PartyB", "Occassion"].map((name) => textOf(fields[name]) ?? "").join(" ");

const receiverFaults =
  (world: World) =>
  ({ msisdn }: Subject, fields: Call["fields"]): Fault[] => {
    const receiver = receiverOfPayout(msisdn ?? "");
    const wentIn = world.payoutBook.find(textOf(fields["OriginatorConversationID"]) ?? "") !== undefined;
    if (receiver === undefined || wentIn) return [];
    const first = receiver.firstSubmitFault;
    const meetsFirst = first !== undefined && world.firstSubmits.isFirst(payoutKey(fields));
    return [receiver.fault, meetsFirst ? first : undefined].filter((fault) => fault !== undefined);
  };

const subjectOf = (fields: Call["fields"]) => ({
  msisdn: textOf(fields["PartyB"]),
  references: [textOf(fields["Occassion"]), textOf(fields["OriginatorConversationID"])].filter(
    (reference) => reference !== undefined,
  ),
});

/** The B2C endpoints. */
export const b2cEndpoints = (world: World): Endpoint[] =>
  (["v3", "v1"] as const).map((version) => ({
    method: "POST",
    path: `/mpesa/b2c/${version}/paymentrequest`,
    badToken: badTokenReading(world.switches, "b2c"),
    lane: { name: "b2c", shortcodeField: "PartyA", refuse: spikeArrest },
    subject: subjectOf,
    callsBack: "always",
    faults: receiverFaults(world),
    execute: (call, plan) => submit(world, call, { plan, version }),
  }));
