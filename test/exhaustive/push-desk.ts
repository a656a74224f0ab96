/**
 * M-PESA as one payment meets it: it takes pushes, rings the phone, says how that ended, and answers questions. What must
 * stay true: it says what is so; what goes wrong is the way to it and back; its words are read by the gateway's own readers.
 */
import type { Daraja } from "../../functions/daraja/client.ts";
import { readQueryAnswer, readSubmitAnswer } from "../../functions/daraja/answers.ts";
import type { QueryAnswer, SubmitAnswer } from "../../functions/daraja/answers.ts";
import type { Gate, Touches, Way } from "./machine.ts";

export const SHILLINGS = 1_500;
const PHONE = 254712345678;
export const RECEIPT = "UKL1AB2CD3";

type State = "untaken" | "prompting" | "paid" | "cancelled" | "expired";

const CODES = {
  paid: [0, "done"],
  cancelled: [1032, "cancelled by user"],
  expired: [1037, "user not reachable"],
} as const;

const LOOKS: Touches = { reads: ["M-PESA"], writes: [] };
const CHANGES: Touches = { reads: [], writes: ["M-PESA"] };

const names = (push: number) => ({ MerchantRequestID: `29115-${push}`, CheckoutRequestID: `ws_CO_${push}` });

/** What M-PESA says of a push that has ended so. */
const callbackBody = (push: number, state: keyof typeof CODES): string => {
  const [ResultCode, ResultDesc] = CODES[state];
  const Item = [
    { Name: "Amount", Value: SHILLINGS },
    { Name: "MpesaReceiptNumber", Value: RECEIPT },
    { Name: "TransactionDate", Value: 20261121120010 },
    { Name: "PhoneNumber", Value: PHONE },
  ];
  const metadata = state === "paid" ? { CallbackMetadata: { Item } } : {};
  return JSON.stringify({ Body: { stkCallback: { ...names(push), ResultCode, ResultDesc, ...metadata } } });
};

const usual = <T>(name: string, act: () => T): Way<T> => ({ name, isFault: false, act });
const fault = <T>(name: string, act: () => T): Way<T> => ({ name, isFault: true, act });

const lost: SubmitAnswer = { answer: "unknown", because: "no answer (timeout)", raw: null };
const throttled = { code: "rate_limited", resultCode: "500.003.02", resultDesc: "Spike Arrest Violation" } as const;
const refused: SubmitAnswer = { answer: "refused", failure: throttled, raw: '{"errorCode":"500.003.02"}' };

const read = <A>(reading: { readonly answer: A } | { readonly setback: unknown }): A => {
  if ("answer" in reading) return reading.answer;
  throw new Error("M-PESA's words were read as a setback");
};

export type PushDesk = ReturnType<typeof createPushDesk>;

export const createPushDesk = (wrong: string[]) => {
  let state: State = "untaken";
  let pushes = 0;
  const messages: string[] = [];

  const take = (): void => {
    pushes += 1;
    if (pushes > 1) wrong.push("the phone was asked twice for one payment");
    state = "prompting";
  };
  const accepted = (): SubmitAnswer => {
    take();
    const body = JSON.stringify({ ...names(pushes), ResponseCode: "0", ResponseDescription: "Success" });
    return read(readSubmitAnswer({ status: 200, body }));
  };
  const takenUnheard = (): SubmitAnswer => {
    take();
    return lost;
  };
  const told = (): QueryAnswer => {
    const being = { errorCode: "500.001.1001", errorMessage: "The transaction is being processed" };
    const { CheckoutRequestID } = names(pushes);
    if (state === "untaken" || state === "prompting")
      return read(readQueryAnswer({ status: 500, body: JSON.stringify(being) }, CheckoutRequestID));
    const [code, ResultDesc] = CODES[state];
    const body = JSON.stringify({ ...names(pushes), ResponseCode: "0", ResultCode: String(code), ResultDesc });
    return read(readQueryAnswer({ status: 200, body }, CheckoutRequestID));
  };
  const end = (ended: keyof typeof CODES, copies: number) => (): void => {
    state = ended;
    for (let copy = 0; copy < copies; copy += 1) messages.push(callbackBody(pushes, ended));
  };

  return {
    daraja: (gate: Gate): Daraja => ({
      stkPush: () =>
        gate<SubmitAnswer>({
          name: "push",
          touches: CHANGES,
          ways: [
            usual("taken", accepted),
            fault("taken, and nobody was told", takenUnheard),
            fault("never got there", () => lost),
            fault("turned away", () => refused),
          ],
        }),
      stkQuery: () =>
        gate<QueryAnswer>({
          name: "question",
          touches: LOOKS,
          ways: [
            usual("answered", told),
            fault("not answered", () => ({ answer: "no_answer", because: "no answer (timeout)", unlistedCode: null })),
          ],
        }),
    }),
    /** The payer's part: pays or cancels; or lets it ring, and then pays after all. */
    payer:
      (mayBeLate: boolean) =>
      async (gate: Gate): Promise<void> => {
        const expires = usual("lets it ring", end("expired", 1));
        const decide = [usual("pays", end("paid", 2)), usual("cancels", end("cancelled", 2))] as const;
        await gate({ name: "the phone", touches: CHANGES, ways: mayBeLate ? [...decide, expires] : decide });
        if (state === "expired")
          await gate({ name: "the phone", touches: CHANGES, ways: [usual("pays after all", end("paid", 1))] });
      },
    isAsked: (): boolean => state !== "untaken",
    isPaid: (): boolean => state === "paid",
    /** The payer paid after M-PESA had said that nobody had; the second callback alone tells of it. */
    isPaidLate: (): boolean => state === "paid" && messages[0] === callbackBody(pushes, "expired"),
    hasMessage: (place: number): boolean => messages[place] !== undefined,
    /** What the callback of this number says. */
    message: (place: number): string => messages[place] ?? "",
    pushes: (): number => pushes,
    fingerprint: (): string => `${state} ${pushes} ${messages.length}`,
  };
};
