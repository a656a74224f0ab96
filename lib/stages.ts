/**
 * The stages as data: everything in which one deployment differs from another is here, so no construct asks which stage
 * it is in. Values that only the person who deploys knows (domains, an address for alarms) are passed to `stageFor`.
 */
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { SAFARICOM_CALLBACK_ADDRESSES } from "../functions/daraja/environment.ts";
import { PAYMENT_SHILLINGS } from "../functions/domain/money.ts";
import { DEFAULT_PROMPT_LIMITS } from "../functions/domain/prompts.ts";
import { FIREWALL_LIMITS } from "./firewall-limits.ts";
import { CAREFUL_PAYOUTS, LOCAL_PAYOUTS } from "./payout-rules.ts";
import type { Domain, Stage, StageName, StageOptions } from "./stage.ts";

const TIER_VALUES: Stage["tiers"] = {
  standard: { perSecond: 10, burst: 20, perDay: 100_000 },
  high: { perSecond: 50, burst: 100, perDay: 1_000_000 },
  browser: { perSecond: 100, burst: 200, perDay: 2_000_000 },
};

const SANDBOX: Stage = {
  name: "sandbox",
  darajaEnvironment: "sandbox",
  darajaBaseUrl: null,
  callbackBaseUrl: null,
  apiDomain: null,
  callbackDomain: null,
  checkoutDomain: null,
  checkoutBaseUrl: null,
  docsBaseUrl: null,
  hostsPages: true,
  allowedOrigins: [],
  safaricomAddresses: SAFARICOM_CALLBACK_ADDRESSES,
  // Safaricom's sandbox was seen to allow five STK queries a minute; it publishes no number for anything.
  lanes: { stk: 1, query: 0.08, bulk: 1 },
  apartMs: 45,
  promptLimits: DEFAULT_PROMPT_LIMITS,
  payouts: CAREFUL_PAYOUTS,
  // Money that somebody wants to give is not refused for a slip in its reference: it waits for whoever knows whose it is.
  c2bValidation: {
    accept: "all",
    minimum: PAYMENT_SHILLINGS.min,
    maximum: PAYMENT_SHILLINGS.max,
    whenUnsure: "accept",
  },
  tiers: TIER_VALUES,
  apiThrottle: { perSecond: 100, burst: 200 },
  callbackThrottle: { perSecond: 500, burst: 1000 },
  callbackConcurrency: null,
  firewall: FIREWALL_LIMITS,
  archive: { retentionDays: 30, windowSeconds: 60 },
  webhookLoopback: false,
  secretRotationDays: 90,
  sweepIntervalSeconds: 60,
  pullIntervalSeconds: 3_600,
  logRetention: RetentionDays.ONE_MONTH,
  xray: false,
  release: "at-once",
  backupCopyTo: null,
  retained: true,
  alarmEmail: null,
};

/**
 * Production starts careful: Safaricom provisions rates per shortcode and publishes none, so raise `lanes` to what its
 * contract grants.
 */
const PRODUCTION: Stage = {
  ...SANDBOX,
  name: "production",
  darajaEnvironment: "production",
  lanes: { stk: 20, query: 5, bulk: 10 },
  // Seven years after the year's end, the longest that Kenya's laws ask of records of payments, leap days included.
  archive: { retentionDays: 8 * 366, windowSeconds: 60 },
  apiThrottle: { perSecond: 500, burst: 1000 },
  callbackThrottle: { perSecond: 2000, burst: 4000 },
  // Four functions: 600 of the 1,000 that an account has, once AWS has raised what a new one begins with.
  callbackConcurrency: 150,
  release: "canary",
  logRetention: RetentionDays.ONE_YEAR,
};

/** What `npm start` synthesises and runs on one machine, with the Daraja simulator in Safaricom's place. */
const LOCAL: Stage = {
  ...SANDBOX,
  name: "local",
  darajaBaseUrl: "http://127.0.0.1:8081",
  callbackBaseUrl: "http://127.0.0.1:8080",
  hostsPages: false,
  safaricomAddresses: ["127.0.0.1"],
  lanes: { stk: 50, query: 20, bulk: 20 },
  // Everything runs on one machine, where a busy neighbour may hold a process up for longer than a network would.
  apartMs: 300,
  // One developer and a test suite share a key; the daily quota stays, so that it can be seen to work.
  tiers: { ...TIER_VALUES, high: { perSecond: 500, burst: 1000, perDay: 1_000_000 } },
  apiThrottle: { perSecond: 500, burst: 1000 },
  callbackThrottle: { perSecond: 1000, burst: 2000 },
  promptLimits: { ...DEFAULT_PROMPT_LIMITS, perWindow: 100, uncompletedInRow: 100 },
  payouts: LOCAL_PAYOUTS,
  archive: { retentionDays: 1, windowSeconds: 1 },
  webhookLoopback: true,
  sweepIntervalSeconds: 5,
  // The fastest that EventBridge knows, so that the sandbox runs it as often as the sweep.
  pullIntervalSeconds: 60,
  logRetention: RetentionDays.ONE_WEEK,
  retained: false,
};

const BASE: Readonly<Record<StageName, Stage>> = { local: LOCAL, sandbox: SANDBOX, production: PRODUCTION };

/** A stage can't be built as asked; the message says why and what to pass. Nothing was synthesised. */
export class StageRefused extends Error {
  override readonly name = "StageRefused";
}

const domain = (name: string | undefined, certificateArn: string | undefined): Domain | null => {
  if (name === undefined) return null;
  if (certificateArn === undefined) {
    throw new StageRefused(
      `The domain ${name} needs a certificate: pass the ARN of one in ACM, -c certificateArn=arn:...`,
    );
  }
  return { name, certificateArn };
};

/** The checkout's certificate is CloudFront's, which takes it from one region alone. */
const checkoutDomain = ({ checkoutDomain: name, checkoutCertificateArn }: StageOptions): Domain | null => {
  if (name === undefined) return null;
  if (checkoutCertificateArn?.startsWith("arn:aws:acm:us-east-1:") !== true) {
    throw new StageRefused(
      `The checkout's domain ${name} needs a certificate in us-east-1, because CloudFront takes no other: pass -c checkoutCertificateArn=arn:aws:acm:us-east-1:...`,
    );
  }
  return { name, certificateArn: checkoutCertificateArn };
};

/** Where the checkout is: under its domain, where the deployer says, or where the local stage's gateway serves it. */
const checkoutBaseUrl = (base: Stage, options: StageOptions): string | null => {
  if (options.checkoutDomain !== undefined) return `https://${options.checkoutDomain}`;
  const said = options.checkoutBaseUrl ?? (base.hostsPages ? null : (options.callbackBaseUrl ?? base.callbackBaseUrl));
  return said?.replace(/\/+$/, "") ?? null;
};

/**
 * The stage of that name with what the caller knows filled in.
 * @throws StageRefused for options that the stage can't take.
 */
export const stageFor = (name: StageName, options: StageOptions = {}): Stage => {
  const base = BASE[name];
  const { darajaBaseUrl, callbackBaseUrl, sweepIntervalSeconds } = options;
  if (name !== "local" && (darajaBaseUrl ?? callbackBaseUrl) !== undefined) {
    throw new StageRefused(
      "darajaBaseUrl and callbackBaseUrl are for the local stage: a deployed one talks to Safaricom.",
    );
  }
  const callbacks = callbackBaseUrl ?? base.callbackBaseUrl;
  const pages = checkoutBaseUrl(base, options);
  return {
    ...base,
    darajaBaseUrl: darajaBaseUrl ?? base.darajaBaseUrl,
    callbackBaseUrl: callbacks,
    apiDomain: domain(options.apiDomain, options.certificateArn),
    callbackDomain: domain(options.callbackDomain, options.certificateArn),
    checkoutDomain: checkoutDomain(options),
    checkoutBaseUrl: pages,
    docsBaseUrl: pages === null ? null : `${pages}/docs`,
    allowedOrigins: options.allowedOrigins ?? (callbacks === null ? [] : [callbacks]),
    sweepIntervalSeconds: sweepIntervalSeconds ?? base.sweepIntervalSeconds,
    release: options.release ?? base.release,
    backupCopyTo: options.backupCopyTo ?? null,
    lanes: { ...base.lanes, bulk: options.bulkPerSecond ?? base.lanes.bulk },
    alarmEmail: options.alarmEmail ?? null,
  };
};
