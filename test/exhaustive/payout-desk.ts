/**
 * M-PESA as one payout meets it: it takes a name once and refuses it ever after, pays or fails, says so by result, and
 * answers questions. What must stay true: it says what is so; what goes wrong is the way to it and back; its words are
 * read by the gateway's own readers.
 */
import { readPayoutAnswer } from "../../functions/daraja/payout-answers.ts";
import type { AskAnswer, PayoutAnswer, PayoutDaraja } from "../../functions/daraja/payout-client.ts";
import type { Gate, Touches, Way } from "./machine.ts";

export const OPERATOR = "the operator's fingerprint";
export const PAYOUT_SHILLINGS_PAID = 1_500;
export const PAYOUT_PHONE = "254712345678";
export const PAYOUT_RECEIPT = "UKL9ZY8XW7";
const CONVERSATION = "AG_20261121_201000000000000000";

type State = "untaken" | "taken" | "paid" | "failed";

const CHANGES: Touches = { reads: [], writes: ["M-PESA"] };
const usual = <T>(name: string, act: () => T): Way<T> => ({ name, isFault: false, act });
const fault = <T>(name: string, act: () => T): Way<T> => ({ name, isFault: true, act });

const lost: PayoutAnswer = { answer: "unknown", because: "no answer (timeout)", raw: null };
const throttled = { code: "rate_limited", resultCode: "500.003.02", resultDesc: "Spike Arrest Violation" } as const;

const envelope = (outer: object, parameters: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    Result: {
      ResultType: 0,
      ResultDesc: "words",
      ConversationID: CONVERSATION,
      ...outer,
      ResultParameters: { ResultParameter: Object.entries(parameters).map(([Key, Value]) => ({ Key, Value })) },
    },
  });

const party = `${PAYOUT_PHONE} - NICHOLAS JOHN SONGOK`;
const RESULTS = {
  paid: envelope(
    { ResultCode: 0, TransactionID: PAYOUT_RECEIPT },
    {
      TransactionAmount: PAYOUT_SHILLINGS_PAID,
      TransactionReceipt: PAYOUT_RECEIPT,
      ReceiverPartyPublicName: party,
    },
  ),
  // The receiver's account is at its limit.
  failed: envelope({ ResultCode: 8, TransactionID: "UKL0000000" }),
} as const;
const STATUSES: Readonly<Record<State, string>> = {
  paid: envelope(
    { ResultCode: 0 },
    {
      TransactionStatus: "Completed",
      ReceiptNo: PAYOUT_RECEIPT,
      Amount: PAYOUT_SHILLINGS_PAID,
      CreditPartyName: party,
    },
  ),
  failed: envelope({ ResultCode: 0 }, { TransactionStatus: "Failed", ReceiptNo: "UKL0000000" }),
  taken: envelope({ ResultCode: 0 }, { TransactionStatus: "Pending" }),
  // M-PESA knows no such transaction.
  untaken: envelope({ ResultCode: 2032 }),
};

const read = (status: number, body: object): PayoutAnswer => {
  const reading = readPayoutAnswer({ status, body: JSON.stringify(body) });
  if ("answer" in reading) return reading.answer;
  throw new Error("M-PESA's words were read as a setback");
};

export type PayoutDesk = ReturnType<typeof createPayoutDesk>;

export const createPayoutDesk = (wrong: string[]) => {
  let state: State = "untaken";
  let questions = 0;
  let losing: boolean | null = null;
  const names = new Set<string>();

  const take = (name: string): PayoutAnswer => {
    if (names.has(name))
      return read(500, { errorCode: "500.002.1001", errorMessage: "Duplicate OriginatorConversationID" });
    names.add(name);
    if (names.size > 1) wrong.push("somebody was paid twice");
    state = "taken";
    return read(200, { ConversationID: CONVERSATION, ResponseCode: "0", ResponseDescription: "Accept the service" });
  };
  const takeUnheard = (name: string): PayoutAnswer => {
    take(name);
    return lost;
  };
  const sendingWays = (name: string): readonly [Way<PayoutAnswer>, ...Way<PayoutAnswer>[]] => {
    if (losing !== null) {
      const isTaken = losing;
      losing = null;
      return [usual("nobody was told", () => (isTaken ? takeUnheard(name) : lost))];
    }
    return [
      usual("heard", () => take(name)),
      fault("heard, and nobody was told", () => takeUnheard(name)),
      fault("never got there", () => lost),
      fault("turned away", () => ({ answer: "turned_away", failure: throttled, raw: '{"errorCode":"500.003.02"}' })),
    ];
  };
  const end = (ended: "paid" | "failed") => (): void => {
    state = ended;
  };

  const never = (): never => {
    throw new Error("nothing in this scope asks that");
  };
  return {
    daraja: (gate: Gate): PayoutDaraja => ({
      b2c: async ({ payoutId, release }) => {
        if (release && !(await release(OPERATOR))) return { answer: "withheld" };
        return gate<PayoutAnswer>({ name: "sending", touches: CHANGES, ways: sendingWays(payoutId) });
      },
      transactionStatus: async ({ release }) => {
        if (release && !(await release(OPERATOR))) return { asked: "no", because: "withheld" };
        const asked: AskAnswer = { asked: "yes", conversationId: CONVERSATION };
        const ask = (): AskAnswer => {
          questions += 1;
          return asked;
        };
        const notAsked: AskAnswer = { asked: "no", because: "not connected" };
        const ways = [usual("asked", ask), fault("never got there", () => notAsked)] as const;
        return gate<AskAnswer>({ name: "question", touches: CHANGES, ways });
      },
      receiptStatus: never,
      accountBalance: never,
    }),
    /** M-PESA's own part: pays, or says that it can't. */
    decides: (gate: Gate): Promise<unknown> =>
      gate({
        name: "the payout",
        touches: CHANGES,
        ways: [usual("is made", end("paid")), usual("fails", end("failed"))],
      }),
    loseNextSending: (isTaken: boolean): void => void (losing = isTaken),
    /** What was taken is made in the end. */
    comeToAnEnd: (): void => void (state = state === "taken" ? "paid" : state),
    isTaken: (): boolean => state !== "untaken",
    isPaid: (): boolean => state === "paid",
    hasEnded: (): boolean => state === "paid" || state === "failed",
    isQuestioned: (): boolean => questions > 0,
    questions: (): number => questions,
    result: (): string => RESULTS[state === "paid" ? "paid" : "failed"],
    timeout: (): string => JSON.stringify({ OriginatorConversationID: [...names][0] }),
    answer: (): string => STATUSES[state],
    fingerprint: (): string => `${state} ${questions > 0} ${[...names].join()}`,
  };
};
