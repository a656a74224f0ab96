/**
 * The life of every question: taken, answered a moment later with a Result, or never. What it says is looked up when it
 * is answered, not when it was asked.
 */
import type { Callbacks } from "./callbacks.ts";
import type { Clock } from "./clock.ts";
import type { CallbackPlan } from "./faults.ts";
import type { Ids } from "./ids.ts";
import type { Initiators } from "./initiators.ts";
import type { Inquiry, InquiryOrder } from "./inquiry.ts";
import type { Metrics } from "./metrics.ts";
import type { MpesaResult } from "./mpesa-results.ts";
import { jittered, type Random } from "./random.ts";
import { resultBodies, type Envelope } from "./result-body.ts";
import type { Switches } from "./switches.ts";

const KEPT_MAX = 1000;

/** What a question learns: everything of a Result that is not the question's own. */
export type Finding = Pick<Envelope, "result" | "transactionId" | "parameters" | "chief" | "reference" | "codesAsText">;

export type Question = {
  readonly order: InquiryOrder;
  readonly credential: string;
  readonly plan: CallbackPlan;
  readonly requestBody: string;
  /** Looks it up; `refusal` when the initiator may not know. Null: nobody ever answers. */
  readonly find: (refusal: MpesaResult | null) => Finding | null;
};

type Parts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Pick<Ids, "conversation" | "request">;
  readonly initiators: Pick<Initiators, "check">;
  readonly callbacks: Pick<Callbacks, "tell">;
  readonly metrics: Pick<Metrics, "count">;
  readonly switches: () => Switches;
};

export const createInquiries = ({ clock, random, ids, initiators, callbacks, metrics, switches }: Parts) => {
  const kept: Inquiry[] = [];
  const keep = (inquiry: Inquiry): void => {
    kept.push(inquiry);
    if (kept.length > KEPT_MAX) kept.shift();
  };

  const answer = async (inquiry: Inquiry, requestBody: string, finding: Finding | null): Promise<void> => {
    if (finding === null) return;
    inquiry.result = finding.result;
    inquiry.settledAtMs = clock.now();
    await callbacks.tell({
      plan: inquiry.plan,
      url: inquiry.resultUrl,
      headers: {},
      bodies: () => resultBodies({ ...inquiry, ...finding }, inquiry.plan),
      queueTimeout: { url: inquiry.queueTimeoutUrl, body: requestBody },
      attempts: inquiry.callbacks,
      changed: () => undefined,
    });
  };

  return {
    /** M-PESA takes a question. `told`: its answer was delivered, or there is none. */
    ask({ order, credential, plan, requestBody, find }: Question): { inquiry: Inquiry; told: Promise<void> } {
      const refusal = initiators.check({ name: order.initiator, credential, role: order.kind });
      const names = { originatorConversationId: ids.request(), conversationId: ids.conversation() };
      const inquiry: Inquiry = {
        ...order,
        ...names,
        plan,
        takenAtMs: clock.now(),
        result: null,
        settledAtMs: null,
        callbacks: [],
      };
      keep(inquiry);
      metrics.count("inquiries_taken");
      const waitMs = jittered(random, switches().query_result_ms) * switches().time_scale;
      const told = new Promise<void>((resolve) => {
        clock.after(waitMs, () => void answer(inquiry, requestBody, find(refusal)).then(resolve));
      });
      return { inquiry, told };
    },
    /** The last 1,000, oldest first. */
    all: (): readonly Inquiry[] => kept,
  };
};
