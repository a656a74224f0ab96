/**
 * M-PESA as payouts meet it, in memory: it takes each name once, remembers every call, and says about it what it would
 * say in its callbacks. What a test wants otherwise it changes.
 */
import type {
  AskAnswer,
  PayoutAnswer,
  PayoutDaraja,
  PayoutRequest,
  Releasable,
} from "../../../functions/daraja/payout-client.ts";

export interface Heard {
  readonly operation: "b2c" | "status" | "receipt" | "balance";
  readonly id: string;
  /** Fingerprint of the operator that it was sent with. */
  readonly operator: string;
}

type Question = { readonly id: string } & Releasable;

export const ACCEPTED: PayoutAnswer = { answer: "accepted", conversationId: null, raw: '{"ResponseCode":"0"}' };
const rate = { code: "rate_limited", resultCode: "500.003.02", resultDesc: "Spike Arrest Violation" } as const;
let requests = 0;
/** Each request has its own id at Daraja. */
export const throttled = (): PayoutAnswer => ({
  answer: "turned_away",
  failure: rate,
  raw: `{"requestId":"${(requests += 1)}","errorCode":"500.003.02"}`,
});
const unsent = (code: "rate_limited" | "initiator_misconfigured"): PayoutAnswer => ({
  answer: "turned_away",
  failure: { code, resultCode: null, resultDesc: null },
  raw: null,
});
export const LOST: PayoutAnswer = { answer: "unknown", because: "no answer (timeout)", raw: null };

export const createSafaricom = () => {
  const heard: Heard[] = [];
  /** Every name that M-PESA took, and the shillings behind it: the truth. */
  const taken = new Map<string, PayoutRequest>();
  const world = {
    /** Fingerprint of the operator that is configured; null for none. */
    operator: "operator-1" as string | null,
    /** Whether payouts get a turn. */
    hasSlots: true,
    /** What happens between the turn and the call: a test acts in it. */
    beforeRelease: (_id: string): Promise<void> => Promise.resolve(),
    /** What happens after the claim and before anything leaves. */
    afterRelease: (_id: string): Promise<void> => Promise.resolve(),
    answer: (_id: string): PayoutAnswer => ACCEPTED,
    /** Whether a payout whose answer is unknown was taken all the same. */
    takesUnknown: true,
    /** What happens before a balance question is made. */
    beforeQuestion: (): void => undefined,
    ask: (): AskAnswer => ({ asked: "yes", conversationId: null }),
  };

  const take = (payout: PayoutRequest): PayoutAnswer => {
    if (taken.has(payout.payoutId)) return { answer: "went_in", raw: '{"errorCode":"500.002.1001"}' };
    const answer = world.answer(payout.payoutId);
    if (answer.answer === "accepted" || (answer.answer === "unknown" && world.takesUnknown))
      taken.set(payout.payoutId, payout);
    return answer;
  };

  const hear = async (operation: Heard["operation"], { id, release }: Question): Promise<AskAnswer> => {
    const { operator } = world;
    if (operator === null) return { asked: "no", because: "initiator_misconfigured" };
    if (release !== undefined && !(await release(operator))) return { asked: "no", because: "withheld" };
    heard.push({ operation, id, operator });
    return world.ask();
  };

  const daraja: PayoutDaraja = {
    b2c: async ({ release, ...payout }) => {
      const { operator } = world;
      if (operator === null) return unsent("initiator_misconfigured");
      if (!world.hasSlots) return unsent("rate_limited");
      await world.beforeRelease(payout.payoutId);
      if (release !== undefined && !(await release(operator))) return { answer: "withheld" };
      await world.afterRelease(payout.payoutId);
      heard.push({ operation: "b2c", id: payout.payoutId, operator });
      return take(payout);
    },
    transactionStatus: (question) => hear("status", question),
    receiptStatus: (question) => hear("receipt", question),
    accountBalance: async ({ id, release }) => {
      world.beforeQuestion();
      const { operator } = world;
      if (operator === null) return { asked: "no", because: "initiator_misconfigured" };
      if (release !== undefined && !(await release(operator))) return { asked: "no", because: "withheld" };
      const answer = world.ask();
      if (answer.asked !== "no") heard.push({ operation: "balance", id, operator });
      return answer;
    },
  };

  const sentOf = (operation: Heard["operation"]): readonly string[] =>
    heard.filter((each) => each.operation === operation).map(({ id }) => id);
  return { daraja, world, heard, taken, sentOf };
};

const envelope = (outer: Readonly<Record<string, unknown>>, parameters: Readonly<Record<string, unknown>> = {}) =>
  JSON.stringify({
    Result: {
      ResultType: 0,
      ResultDesc: "words",
      ConversationID: "AG_20261121_201000000000000000",
      TransactionID: "UKL0000000",
      ...outer,
      ResultParameters: { ResultParameter: Object.entries(parameters).map(([Key, Value]) => ({ Key, Value })) },
    },
  });

/** A result without parameters. */
export const coded = (ResultCode: number | string): string => envelope({ ResultCode });

export const paidResult = (payout: PayoutRequest, receipt: string): string =>
  envelope(
    { ResultCode: 0, TransactionID: receipt, OriginatorConversationID: payout.payoutId },
    {
      TransactionAmount: payout.amount / 100,
      TransactionReceipt: receipt,
      ReceiverPartyPublicName: `${payout.phone} - NICHOLAS JOHN SONGOK`,
    },
  );

export const completedStatus = (payout: PayoutRequest, receipt: string): string =>
  envelope(
    { ResultCode: 0 },
    {
      TransactionStatus: "Completed",
      ReceiptNo: receipt,
      Amount: payout.amount / 100,
      CreditPartyName: `${payout.phone} - NICHOLAS JOHN SONGOK`,
    },
  );

export const holds = (utilityShillings: number): string =>
  envelope({ ResultCode: 0 }, { AccountBalance: `Utility Account|KES|${utilityShillings}|${utilityShillings}|0|0` });
