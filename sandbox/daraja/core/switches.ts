/**
 * Where sources about Daraja contradict each other, or a test needs another world, there is a switch instead of a
 * guess. The defaults are the reading with the best evidence; `POST /simulator/switches` changes any of them at once.
 */
import * as z from "zod";
import { msisdnForms } from "./msisdn-forms.ts";
import { c2bTariffs } from "./tariffs.ts";

/** The products whose readings of a bad token differ. */
const Product = z.enum(["stk", "b2c", "status", "balance", "c2b", "pull", "reversal"]);
export type Product = z.infer<typeof Product>;

const BadTokenReading = z.strictObject({
  status: z.int().min(400).max(599),
  error_code: z.string().min(1).max(40),
  error_message: z.string().min(1).max(200).default("Invalid Access Token"),
});
export type BadTokenReading = z.infer<typeof BadTokenReading>;

/**
 * At most `allowed` requests start in any `period_seconds`, wherever that period is laid. With a `burst` they must be
 * evenly spaced as well, as an API gateway's spike arrest has it, and only so many may come at once.
 */
const Limit = z.strictObject({
  allowed: z.number().min(0.001).max(100_000),
  period_seconds: z.number().positive().max(3600).default(1),
  burst: z.int().min(1).max(100_000).optional(),
});
export type Limit = z.infer<typeof Limit>;

/** What shares a rate, for each shortcode by itself. */
export const lanes = ["stk_push", "stk_query", "b2c", "status", "balance", "c2b", "pull", "reversal"] as const;
export type Lane = (typeof lanes)[number];

const OptionalLimit = Limit.nullable().default(null);
const Limits = z.strictObject({
  stk_push: OptionalLimit,
  stk_query: OptionalLimit,
  b2c: OptionalLimit,
  status: OptionalLimit,
  balance: OptionalLimit,
  c2b: OptionalLimit,
  pull: OptionalLimit,
  reversal: OptionalLimit,
});

export const Switches = z.strictObject({
  /** Whether a new token kills the previous one. */
  tokens: z.enum(["replace", "coexist"]).default("replace"),
  /** How long a token lives; `expires_in` says one second less, as Safaricom's does. */
  token_lifetime_seconds: z.int().min(2).max(86_400).default(3600),
  /** Another reading of "your token is bad", for one product or for `every`. */
  bad_token: z.partialRecord(z.enum(["every", ...Product.options]), BadTokenReading).default({}),
  /** How far Timestamp may be from Nairobi's clock; null when it is not looked at. */
  timestamp_tolerance_minutes: z.number().min(0).max(1440).nullable().default(null),
  /** Whether callback URLs with the words mpesa, safaricom, exe, exec, cmd, sql or query are refused. */
  url_words: z.enum(["refuse", "accept"]).default("refuse"),
  /** Which phones refuse a second push while a prompt is open. The payers that answer by themselves share a number. */
  subscriber_lock: z.enum(["ordinary", "all", "none"]).default("ordinary"),
  /** What an STK query says while the payer has not answered. */
  in_flight_query: z.enum(["result_4999", "error_500"]).default("result_4999"),
  /** What an STK query says in the push's first second. */
  early_query: z.enum(["in_flight", "invalid"]).default("in_flight"),
  /** The share of STK queries that fail with 500.001.1001 for no reason. */
  query_error_rate: z.number().min(0).max(1).default(0),
  /** How long an ordinary receiver's payout takes until its result, give or take half. */
  b2c_result_ms: z.int().min(0).max(600_000).default(500),
  /** How long a transaction status or an account balance takes until its result, give or take half. */
  query_result_ms: z.int().min(0).max(600_000).default(250),
  /** How long a reversal takes until its result, give or take half. */
  reversal_result_ms: z.int().min(0).max(600_000).default(500),
  /** In production C2B URLs are registered once, and nobody simulates a payment. */
  c2b: z.enum(["sandbox", "production"]).default("sandbox"),
  /** Whether External Validation is enabled for those who registered URLs. */
  c2b_validation: z.enum(["on", "off"]).default("on"),
  /** How long an answer to a validation may take, whatever `time_scale` says. */
  c2b_validation_ms: z.int().min(10).max(60_000).default(8000),
  /** How long a confirmation takes once money has moved, give or take half. */
  c2b_confirmation_ms: z.int().min(0).max(600_000).default(500),
  /** How the payer's number is written in a validation and a confirmation. */
  c2b_msisdn: z.enum(msisdnForms).default("by_version"),
  /** Which names of the payer come with it; keys that are not sent are absent. */
  c2b_names: z.enum(["first_only", "all", "none"]).default("first_only"),
  /** Who pays for a customer's payment. What the organisation pays is a charge row of its statement. */
  c2b_tariff: z.enum(c2bTariffs).default("customer"),
  /** How a pull's own words are spelled: `ResponseStatus`, or `Response Status` as in older samples. */
  pull_keys: z.enum(["joined", "spaced"]).default("joined"),
  /** What the Z at the end of a pull's dates means: nothing, for it is Nairobi's time, or UTC. */
  pull_dates: z.enum(["nairobi", "utc"]).default("nairobi"),
  /** How many rows a page of a pull has. */
  pull_page_rows: z.int().min(1).max(1000).default(100),
  /** What becomes of a transaction status that nothing is known about: a result with 2032, or no result ever. */
  unknown_status: z.enum(["result", "silence"]).default("result"),
  /** How many wrong passwords lock an initiator. */
  initiator_tries: z.int().min(1).max(1000).default(3),
  /** Rate limits per lane and shortcode; null when there is none. */
  limits: Limits.prefault({}),
  /** The local addresses callbacks are sent from, in turn. */
  callback_addresses: z
    .array(z.union([z.ipv4(), z.ipv6()]))
    .min(1)
    .max(16)
    .default(["127.0.0.1"]),
  /** How often a callback that was not answered with 2xx is sent again. */
  callback_retries: z.int().min(0).max(10).default(0),
  /** Stretches or shrinks every wait of payers and callbacks: 0.01 makes 25 s a quarter of a second. */
  time_scale: z.number().min(0).max(10).default(1),
});
export type Switches = z.infer<typeof Switches>;

/** What may be changed: any subset, each value whole. Checked by parsing the current switches with the change on top. */
export type SwitchChanges = Partial<z.input<typeof Switches>>;
