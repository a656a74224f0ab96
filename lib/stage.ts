/**
 * What a stage is: everything in which one deployment differs from another, so that no construct asks which stage it is in.
 * `stages.ts` has the stages that there are.
 */
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { DarajaEnvironment } from "../functions/daraja/environment.ts";
import type { Lane } from "../functions/daraja/pacing.ts";
import type { ValidationRules } from "../functions/domain/paybill-validation.ts";
import type { PromptLimits } from "../functions/domain/prompts.ts";
import type { FirewallLimits } from "./firewall-limits.ts";
import type { PayoutRules } from "./payout-rules.ts";

export const STAGES = ["local", "sandbox", "production"] as const;
export type StageName = (typeof STAGES)[number];

/** What an API key may use; the tier is chosen when the key is made. `browser` is shared by all client tokens. */
export const TIERS = ["standard", "high", "browser"] as const;
export type Tier = (typeof TIERS)[number];

/** A token bucket: requests a second, and how many may come at once. */
export interface Throttle {
  readonly perSecond: number;
  readonly burst: number;
}

export interface UsageTier extends Throttle {
  /** Requests a UTC day. */
  readonly perDay: number;
}

/** A domain name of the user's own and the ACM certificate for it, in the stage's region. */
export interface Domain {
  readonly name: string;
  readonly certificateArn: string;
}

/**
 * How a new version of a function takes over, where it does so gradually. `canary`: of a tenth of the requests for five
 * minutes, then of all. `at-once`: of all. An alarm that rings meanwhile takes it back. `unwatched`: of all, whatever rings,
 * which is how to mend what rings.
 */
export const RELEASES = ["canary", "at-once", "unwatched"] as const;
export type Release = (typeof RELEASES)[number];

export interface Stage {
  readonly name: StageName;
  readonly darajaEnvironment: DarajaEnvironment;
  /** Replaces Safaricom's host; set only where a simulator stands in for it. */
  readonly darajaBaseUrl: string | null;
  /** Where Daraja reaches the callbacks when that is not API Gateway; set only where the template runs elsewhere. */
  readonly callbackBaseUrl: string | null;
  readonly apiDomain: Domain | null;
  readonly callbackDomain: Domain | null;
  /** Where the checkout page is: a domain of its own, whose certificate is in us-east-1, as CloudFront wants it. */
  readonly checkoutDomain: Domain | null;
  /** Its address without a slash at the end; null until it has one, and then no payment links can be made. */
  readonly checkoutBaseUrl: string | null;
  /** Where the documentation is, beside the checkout; null until that has an address. */
  readonly docsBaseUrl: string | null;
  /** Whether this stage's pages are deployed with it. False only where the template runs elsewhere. */
  readonly hostsPages: boolean;
  /** Web origins that may call the API from a browser; empty: none may. */
  readonly allowedOrigins: readonly string[];
  /** Addresses that Safaricom's callbacks come from. */
  readonly safaricomAddresses: readonly string[];
  /** Calls a second that Safaricom grants this app, by lane. */
  readonly lanes: Readonly<Record<Lane, number>>;
  /**
   * How far apart two processes may be in what neither can measure, milliseconds: their clocks, and their ways to Daraja.
   * Payouts keep so much of their rate's window free.
   */
  readonly apartMs: number;
  readonly promptLimits: PromptLimits;
  readonly payouts: PayoutRules;
  /** What customers may pay from the phone's menu, where Safaricom asks us first. */
  readonly c2bValidation: ValidationRules;
  readonly tiers: Readonly<Record<Tier, UsageTier>>;
  /** All storefronts together. */
  readonly apiThrottle: Throttle;
  /** All callbacks together: far above what Safaricom sends, because a refused callback may never come again. */
  readonly callbackThrottle: Throttle;
  /**
   * How many calls of each function behind Safaricom's door always have room, whatever else runs in the account, and run
   * at most; null: they share what the account has. AWS refuses numbers that leave the account fewer than 100.
   */
  readonly callbackConcurrency: number | null;
  readonly firewall: FirewallLimits;
  /** How long nothing of the archive can be changed or deleted, and how long new entries are gathered for one file. */
  readonly archive: { readonly retentionDays: number; readonly windowSeconds: number };
  /** Whether webhooks may go to the machine that the stage runs on; true only where that is a developer's own. */
  readonly webhookLoopback: boolean;
  /** After so many days the signing secret and the pepper are rotated. */
  readonly secretRotationDays: number;
  /** How often silent payments are asked about. */
  readonly sweepIntervalSeconds: number;
  /** How often M-PESA is asked for the payments that no callback told. It keeps them for 48 hours. */
  readonly pullIntervalSeconds: number;
  readonly logRetention: RetentionDays;
  /** X-Ray tracing. Off unless somebody is looking for something: it costs more per request than everything else. */
  readonly xray: boolean;
  readonly release: Release;
  /** A vault of AWS Backup, of another account as a rule, that gets a copy of each backup of what lasts; null: there is none. */
  readonly backupCopyTo: string | null;
  /** Whether data outlives its stack and can't be deleted by accident. */
  readonly retained: boolean;
  /** Who is told of alarms; null: the topic exists without a subscriber. */
  readonly alarmEmail: string | null;
}

/** What the one who deploys or runs a stage may say. Anything left out keeps the stage's own value. */
export interface StageOptions {
  readonly apiDomain?: string | undefined;
  readonly callbackDomain?: string | undefined;
  /** One certificate that covers both domains. */
  readonly certificateArn?: string | undefined;
  readonly checkoutDomain?: string | undefined;
  /** The certificate for `checkoutDomain`, in us-east-1. */
  readonly checkoutCertificateArn?: string | undefined;
  /** Of a stage without a domain for its checkout: the address that its first deployment printed. */
  readonly checkoutBaseUrl?: string | undefined;
  readonly allowedOrigins?: readonly string[] | undefined;
  readonly alarmEmail?: string | undefined;
  readonly darajaBaseUrl?: string | undefined;
  readonly callbackBaseUrl?: string | undefined;
  readonly sweepIntervalSeconds?: number | undefined;
  /** The ARN of the vault that copies of backups go to. */
  readonly backupCopyTo?: string | undefined;
  readonly release?: Release | undefined;
  /** Payouts a second that Safaricom grants. */
  readonly bulkPerSecond?: number | undefined;
}
