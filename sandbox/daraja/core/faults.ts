/**
 * What can go wrong on the way to M-PESA and back, as data. A fault tells apart what the client sees from what M-PESA
 * did: `when` says whether the request was carried out before things went wrong. The payers that misbehave by number
 * use the same faults as `POST /simulator/faults`, so there is one mechanism to trust.
 */
import * as z from "zod";
import { htmlAnswer, jsonAnswer, silence, type Answer, type Outcome } from "./exchange.ts";
import type { Random } from "./random.ts";
import { firewallPage, spikeArrest, systemBusy } from "./refusals.ts";

const Milliseconds = z.int().min(0).max(3_600_000);

const AnswerFault = z
  .strictObject({
    status: z.int().min(200).max(599),
    /** Sent as it is when a string, as JSON otherwise. */
    body: z.json().optional(),
    /** An HTML page; instead of `body`. */
    html: z.string().max(65_536).optional(),
    content_type: z.string().max(100).optional(),
  })
  .refine((answer) => answer.body === undefined || answer.html === undefined, "Give body or html, not both.");

/**
 * What happens to the callback of a push, or to the result of anything else. Overridden values are lies: the truth is in
 * `GET /simulator/transactions`.
 */
export const CallbackPlan = z.strictObject({
  drop: z.boolean().optional(),
  delay_ms: Milliseconds.optional(),
  /** How many times it is sent in all, one after the other. */
  copies: z.int().min(1).max(20).optional(),
  /** The callback is delivered and answered before the submit's own answer leaves. */
  before_answer: z.boolean().optional(),
  amount: z.number().min(0).max(1_000_000_000).optional(),
  /** Added to the true amount. */
  amount_offset: z.int().min(-1_000_000).max(1_000_000).optional(),
  receipt: z.string().max(40).optional(),
  result_code: z.union([z.int(), z.string().max(20)]).optional(),
  phone: z.string().max(20).optional(),
  checkout_request_id: z.string().max(100).optional(),
  originator_conversation_id: z.string().max(100).optional(),
  conversation_id: z.string().max(100).optional(),
  /** QueueTimeOutURL is sent the request's own body first, and the result, if any, only after `delay_ms`. */
  queue_timeout: z.boolean().optional(),
  source_address: z.union([z.ipv4(), z.ipv6()]).optional(),
  /** `odd` sends the shapes a lenient reader must survive: see `callback-body.ts`. */
  shape: z.enum(["usual", "odd", "single_item", "items_by_position"]).optional(),
});
export type CallbackPlan = z.infer<typeof CallbackPlan>;

const endings = ["answer", "reset", "hold", "spike_arrest", "busy", "firewall"] as const;

export const Fault = z
  .strictObject({
    /** Whether M-PESA carried the request out before `answer`, `reset`, `hold`, `busy` or `firewall` strikes. */
    when: z.enum(["before_execution", "after_execution"]).default("before_execution"),
    answer: AnswerFault.optional(),
    /** The connection is reset instead of an answer. */
    reset: z.literal(true).optional(),
    /** Silence for two minutes, then a reset. */
    hold: z.literal(true).optional(),
    /** 500.003.02, before anything is carried out. */
    spike_arrest: z.literal(true).optional(),
    /** 500.003.02 *System is busy*, which says nothing about what became of the request. */
    busy: z.literal(true).optional(),
    /** HTTP 503 with the firewall's HTML page. */
    firewall: z.literal(true).optional(),
    delay_answer_ms: Milliseconds.optional(),
    /** The token the request came with dies just before it is looked at. */
    kill_token: z.literal(true).optional(),
    callback: CallbackPlan.optional(),
  })
  .refine((fault) => Object.keys(fault).length > 1, "Name at least one thing that goes wrong.")
  .refine(
    (fault) => endings.filter((ending) => fault[ending] !== undefined).length <= 1,
    `Only one of ${endings.join(", ")} can happen to a request.`,
  );
export type Fault = z.infer<typeof Fault>;

const Match = z.strictObject({
  /** Daraja path, without a query string. */
  path: z.string().startsWith("/").max(200).optional(),
  msisdn: z
    .string()
    .regex(/^254\d{9}$/)
    .optional(),
  reference: z.string().max(100).optional(),
});

export const FaultRule = z.strictObject({
  match: Match.prefault({}),
  /** How many requests it strikes; until it is deleted when absent. */
  times: z.int().min(1).max(1_000_000).optional(),
  /** The share of the requests it could strike that it does strike; all of them when absent. */
  rate: z.number().gt(0).max(1).optional(),
  fault: Fault,
});
export type FaultRule = z.infer<typeof FaultRule>;

/** What a request is about, as far as its body tells. */
export type Subject = {
  readonly path: string;
  /**
   * Whether a callback follows; a rule that only spoils callbacks passes all other requests by. `itself`: there is no
   * request at all, only what M-PESA sends, and a rule about anything else passes it by.
   */
  readonly callsBack: "always" | "when_named" | "never" | "itself";
  readonly msisdn: string | undefined;
  /** Every name that the client gave to what the request concerns. */
  readonly references: readonly string[];
};

/** Where a fault strikes: before the gateway looks at the token and the rate, or once M-PESA is asked to act. */
export type Moment = "arrival" | "execution";

const momentOf = (fault: Fault): Moment =>
  fault.kill_token === true || endingOf(fault)?.when === "before_execution" ? "arrival" : "execution";

const concernsCallbackOnly = (fault: Fault): boolean =>
  Object.keys(fault).every((name) => name === "when" || name === "callback");

/** Whether this kind of rule has anything to do with this kind of subject. */
const concerns = ({ fault, match }: FaultRule, { callsBack }: Subject): boolean => {
  if (callsBack === "itself") return concernsCallbackOnly(fault) && match.path !== undefined;
  if (!concernsCallbackOnly(fault)) return true;
  return callsBack === "always" || (callsBack === "when_named" && match.path !== undefined);
};

const matches = ({ path, msisdn, reference }: FaultRule["match"], subject: Subject): boolean =>
  (path ?? subject.path) === subject.path &&
  (msisdn === undefined || msisdn === subject.msisdn) &&
  (reference === undefined || subject.references.includes(reference));

const RULES_MAX = 1000;

export type FaultBook = ReturnType<typeof createFaultBook>;

/** The rules in force, in the order they were given. */
export const createFaultBook = (random: Random) => {
  let rules: { rule: FaultRule; left: number; struck: number }[] = [];
  return {
    /** False when there is no room for them. */
    add(more: readonly FaultRule[]): boolean {
      if (rules.length + more.length > RULES_MAX) return false;
      rules.push(...more.map((rule) => ({ rule, left: rule.times ?? Infinity, struck: 0 })));
      return true;
    },
    clear(): void {
      rules = [];
    },
    list: () => rules.map(({ rule, left, struck }) => ({ ...rule, left: left === Infinity ? null : left, struck })),
    /**
     * The faults that strike this request at this moment; each rule that matches is used once. A request that the
     * gateway turns away for its token or its rate never gets to its execution, and uses up nothing that waits there.
     */
    strike(subject: Subject, moment: Moment): Fault[] {
      const struck = rules.filter(
        ({ rule }) =>
          momentOf(rule.fault) === moment &&
          concerns(rule, subject) &&
          matches(rule.match, subject) &&
          (rule.rate === undefined || random() < rule.rate),
      );
      for (const entry of struck) {
        entry.left -= 1;
        entry.struck += 1;
      }
      rules = rules.filter((entry) => entry.left > 0);
      return struck.map(({ rule }) => rule.fault);
    },
  };
};

/** All that goes wrong with one request. */
export type Disturbance = {
  readonly killToken: boolean;
  readonly delayAnswerMs: number;
  /** What the client gets instead of the true answer, and whether M-PESA acted before. */
  readonly ending: { readonly when: Fault["when"]; readonly outcome: (requestId: string) => Outcome } | null;
  readonly callback: CallbackPlan;
};

const endingOf = (fault: Fault): Disturbance["ending"] => {
  const { when, answer } = fault;
  if (fault.spike_arrest) return { when: "before_execution", outcome: spikeArrest };
  if (fault.busy) return { when, outcome: systemBusy };
  if (fault.firewall) return { when, outcome: firewallPage };
  if (fault.reset) return { when, outcome: () => ({ kind: "reset" }) };
  if (fault.hold) return { when, outcome: () => silence };
  if (answer) return { when, outcome: () => faultAnswer(answer) };
  return null;
};

/** Several faults on one request: whatever two of them decide differently, the first decides. */
export const combineFaults = (faults: readonly Fault[]): Disturbance => ({
  killToken: faults.some((fault) => fault.kill_token),
  delayAnswerMs: faults.find((fault) => fault.delay_answer_ms !== undefined)?.delay_answer_ms ?? 0,
  ending: faults.map(endingOf).find((ending) => ending !== null) ?? null,
  callback: faults.reduceRight<CallbackPlan>((plan, fault) => ({ ...plan, ...fault.callback }), {}),
});

const faultAnswer = (answer: z.infer<typeof AnswerFault>): Answer => {
  const contentType = answer.content_type === undefined ? {} : { "content-type": answer.content_type };
  const made =
    typeof answer.body === "object" && answer.body !== null
      ? jsonAnswer(answer.status, answer.body)
      : htmlAnswer(answer.status, answer.html ?? String(answer.body ?? ""));
  return { ...made, headers: { ...made.headers, ...contentType } };
};
