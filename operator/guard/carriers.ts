/**
 * Kinds that hold nothing, and without which something is lost: what reads the ledger's stream before it is over, what makes
 * backups and of what, and what forbids that evidence is deleted. They may be replaced; they may not go, nor do less.
 */
import type { Stateful } from "./kinds.ts";
import { sayTheSame, valueAt } from "./template.ts";
import type { Template, TemplateResource } from "./template.ts";
import { denialGone } from "./denials.ts";
import { begun, changed, listAt, lower, of } from "./weakening.ts";
import type { Weakening } from "./weakening.ts";

interface Carrier extends Stateful {
  /** What the deployment does when it goes. */
  readonly goes: string;
  /** Whether this one carries anything: of some kinds not all do. */
  readonly carries: (was: TemplateResource, after: Template) => boolean;
}

const always = (): boolean => true;
const STAYS = "Leave it as it is. If it has to change, say why and until when in an exception.";
const NO_BACKUP = "What is damaged and noticed late: there is no backup of that time to go back to.";

export const CARRIERS: Readonly<Record<string, Carrier>> = {
  "AWS::Lambda::EventSourceMapping": {
    goes: "Nobody reads the stream any more, which keeps an entry for 24 hours.",
    lost: "What nobody read in time: webhooks that are never sent, entries that the archive never proves.",
    instead: STAYS,
    // A queue keeps what nobody takes, for days, and rings: it is listed to be looked at.
    carries: ({ Properties }) => Properties["StartingPosition"] !== undefined,
  },
  "AWS::Backup::BackupPlan": {
    goes: "No backup is made by it any more.",
    lost: NO_BACKUP,
    instead: STAYS,
    carries: always,
  },
  "AWS::Backup::BackupSelection": {
    goes: "What it names is no longer backed up.",
    lost: NO_BACKUP,
    instead: STAYS,
    carries: always,
  },
  "AWS::S3::BucketPolicy": {
    goes: "The bucket's policy goes, and with it what it refuses to everybody.",
    lost: "What the policy kept from being deleted, overwritten or read without TLS.",
    instead: STAYS,
    // Of a bucket that goes itself, the bucket is refused.
    carries: ({ Properties }, { Resources }) => {
      const bucket = valueAt(Properties, ["Bucket", "Ref"]);
      return typeof bucket !== "string" || bucket in Resources;
    },
  },
};

/** Lambda's -1 is for as long as the stream keeps an entry, and so is none. */
const tries = (path: readonly string[], what: string): Weakening => {
  const least = lower(
    path,
    (was, is) => `An entry is given up after ${is} ${what} and no longer after ${was}.`,
    Infinity,
  );
  const endless = (each: TemplateResource): TemplateResource =>
    of(each, path) === -1 ? { ...each, Properties: {} } : each;
  return (before, after) => least(endless(before), endless(after));
};

/** One without the word reads as well. */
const switchedOff: Weakening = (before, after) =>
  of(before, ["Enabled"]) !== false && (of(after, ["Enabled"]) ?? true) !== true
    ? "It is switched off: nobody reads the stream."
    : null;

const ofStream: readonly Weakening[] = [
  switchedOff,
  changed(["EventSourceArn"], "It reads another stream: what stands unread in this one is never read."),
  changed(["StartingPosition"], "It begins somewhere else in the stream, and entries between are never read."),
  changed(["DestinationConfig"], "What is given up is no longer kept where it was."),
  begun(["FilterCriteria"], "Entries that the filter leaves out are never read."),
  tries(["MaximumRetryAttempts"], "tries"),
  tries(["MaximumRecordAgeInSeconds"], "s"),
];

const daysKept = (rule: unknown): number => Number(valueAt(rule, ["Lifecycle", "DeleteAfterDays"]) ?? Infinity);

const same = (was: unknown, is: unknown, name: string): boolean =>
  sayTheSame(valueAt(was, [name]), valueAt(is, [name]));

const copiesOf = (rule: unknown): readonly unknown[] => {
  const copies = valueAt(rule, ["CopyActions"]);
  return Array.isArray(copies) ? copies : [];
};

const keepsAsMuch = (was: unknown, is: unknown): boolean =>
  ["ScheduleExpression", "TargetBackupVault", "EnableContinuousBackup"].every((name) => same(was, is, name)) &&
  daysKept(is) >= daysKept(was) &&
  copiesOf(was).every((copy) =>
    copiesOf(is).some((other) => same(copy, other, "DestinationBackupVaultArn") && daysKept(other) >= daysKept(copy)),
  );

const RULES = ["BackupPlan", "BackupPlanRule"];

const backsUpLess: Weakening = (before, after) => {
  const now = listAt(after, RULES);
  const less = listAt(before, RULES).filter((was) => !now.some((is) => keepsAsMuch(was, is)));
  if (less.length === 0) return null;
  const names = less.map((rule) => String(valueAt(rule, ["RuleName"]))).join(", ");
  return `Backups of the rule ${names} are no longer made at its times, kept as long, or copied where they were.`;
};

const SELECTED = ["BackupSelection", "Resources"];

const selectsFewer: Weakening = (before, after) => {
  const now = listAt(after, SELECTED);
  const gone = listAt(before, SELECTED).filter((was) => !now.some((is) => sayTheSame(was, is)));
  return gone.length === 0 ? null : `No longer backed up: ${gone.map((each) => JSON.stringify(each)).join(", ")}.`;
};

export const OF_CARRIERS: Readonly<Record<string, readonly Weakening[]>> = {
  "AWS::Lambda::EventSourceMapping": ofStream,
  "AWS::Backup::BackupPlan": [backsUpLess],
  "AWS::Backup::BackupSelection": [
    selectsFewer,
    changed(["BackupPlanId"], "It is backed up by another plan."),
    begun(["BackupSelection", "NotResources"], "Something is taken out of what is backed up."),
    begun(["BackupSelection", "Conditions"], "Only what meets a condition is backed up."),
  ],
  "AWS::S3::BucketPolicy": [denialGone(["PolicyDocument", "Statement"])],
};
