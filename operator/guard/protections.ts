/**
 * What protects the things that must last, as data, and how to tell that a change makes it weaker: a thing that stays and
 * can be lost tomorrow is nearly lost. A change that protects more, or that no line here is about, is none.
 */
import { OF_CARRIERS } from "./carriers.ts";
import { denialGone } from "./denials.ts";
import { deletesMore } from "./lifecycle.ts";
import { indexesGone } from "./table-changes.ts";
import type { TemplateResource } from "./template.ts";
import { begun, changed, lower, of, off } from "./weakening.ts";
import type { Weakening } from "./weakening.ts";

const indexGone: Weakening = (before, after) => {
  const gone = indexesGone(before, after);
  if (gone.length === 0) return null;
  return `The index ${gone.join(", ")} is taken away or made anew: every question that goes through it fails until it is there again, which takes hours on a large table.`;
};

const LOCK = ["ObjectLockConfiguration", "Rule", "DefaultRetention"];
const daysLocked = (resource: TemplateResource): number =>
  Number(of(resource, [...LOCK, "Days"]) ?? 0) + 366 * Number(of(resource, [...LOCK, "Years"]) ?? 0);

const lockedForLess: Weakening = (before, after) => {
  const modes = [before, after].map((each) => of(each, [...LOCK, "Mode"]));
  const loosened = modes[0] === "COMPLIANCE" && modes[1] !== "COMPLIANCE";
  if (!loosened && daysLocked(after) >= daysLocked(before)) return null;
  return "What is written from now on can be changed or deleted sooner, or by somebody: the object lock is shorter or looser.";
};

const OPENED = "The bucket's block against public access is taken off.";

const OF_KIND: Readonly<Record<string, readonly Weakening[]>> = {
  ...OF_CARRIERS,
  "AWS::DynamoDB::Table": [
    off(["DeletionProtectionEnabled"], "The protection against deletion is taken off."),
    off(
      ["PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"],
      "The point-in-time recovery is switched off, and with it everything that could be restored until now.",
    ),
    lower(
      ["PointInTimeRecoverySpecification", "RecoveryPeriodInDays"],
      (was, is) => `The point-in-time recovery reaches back ${is} days and no longer ${was}.`,
      35,
    ),
    begun(["TimeToLiveSpecification"], "Items are deleted by themselves at the time that the named attribute says."),
    changed(
      ["StreamSpecification"],
      "The stream is closed: what the archive and the webhooks have not read of it yet is never told.",
    ),
    changed(["SSESpecification"], "The table is no longer sealed as it was."),
    indexGone,
  ],
  "AWS::S3::Bucket": [
    changed(["VersioningConfiguration"], "Older versions of files are no longer kept: what is written over is gone."),
    off(["ObjectLockEnabled"], "The object lock is taken off."),
    lockedForLess,
    deletesMore,
    changed(["BucketEncryption"], "New files are no longer sealed as they were."),
    ...["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"].map((each) =>
      off(["PublicAccessBlockConfiguration", each], OPENED),
    ),
  ],
  "AWS::Backup::BackupVault": [
    changed(["LockConfiguration"], "The vault's lock changes: backups can be deleted sooner, or by somebody."),
    denialGone(["AccessPolicy", "Statement"]),
  ],
  "AWS::KMS::Key": [
    off(["EnableKeyRotation"], "The key no longer renews its material."),
    (before, after) =>
      of(before, ["Enabled"]) !== false && of(after, ["Enabled"]) === false
        ? "The key is disabled: nothing that is sealed with it can be opened."
        : null,
    lower(["PendingWindowInDays"], (was, is) => `A deleted key can be saved for ${is} days and no longer ${was}.`, 30),
  ],
  "AWS::SecretsManager::Secret": [
    begun(
      ["GenerateSecretString"],
      "CloudFormation makes a new value and writes it over the one in use whenever this property changes.",
    ),
    begun(["SecretString"], "CloudFormation writes this value over the one in use."),
  ],
  "AWS::SQS::Queue": [
    lower(
      ["MessageRetentionPeriod"],
      (was, is) => `Messages that nobody took are dropped after ${is} s and no longer after ${was} s.`,
      345_600,
    ),
    (before, after) =>
      of(before, ["RedrivePolicy"]) !== undefined && of(after, ["RedrivePolicy"]) === undefined
        ? "What fails again and again is dropped instead of being kept."
        : null,
  ],
  "AWS::Logs::LogGroup": [
    lower(
      ["RetentionInDays"],
      (was, is) =>
        `Lines older than ${is} days are deleted; until now they were kept ${was === Number.POSITIVE_INFINITY ? "for ever" : `for ${was} days`}.`,
      Number.POSITIVE_INFINITY,
    ),
  ],
};

const KEPT: ReadonlySet<string | undefined> = new Set(["Retain", "RetainExceptOnCreate", "Snapshot"]);

const outlives =
  (policy: "DeletionPolicy" | "UpdateReplacePolicy", says: string): Weakening =>
  (before, after) =>
    KEPT.has(before[policy]) && !KEPT.has(after[policy]) ? says : null;

const OF_ALL: readonly Weakening[] = [
  outlives("DeletionPolicy", "It no longer outlives its stack: deleting the stack deletes it."),
  outlives("UpdateReplacePolicy", "It no longer outlives its replacement: what a later change replaces is deleted."),
];

/** Everything by which `after` protects less than `before`, a sentence each. */
export const weakenings = (before: TemplateResource, after: TemplateResource): readonly string[] => [
  ...new Set(
    [...OF_ALL, ...(OF_KIND[before.Type] ?? [])].flatMap((weakening) => {
      const says = weakening(before, after);
      return says === null ? [] : [says];
    }),
  ),
];
