/**
 * Changes of one stack that leave everything where it is and lose something all the same, and changes that somebody should
 * look at; with what the guard says of each.
 */
import * as z from "zod";
import type { Template } from "../../operator/guard/template.ts";
import { DATA, GATEWAY, append, dropResource, idOf, put, resourceOf } from "./changed-stage.ts";
import type { Which } from "./changed-stage.ts";

/** What somebody does, in which stack, what the guard says of it, and how it is done. */
type GuardCase = readonly [deed: string, stack: string, says: string, change: (template: Template) => void];

const FILES: Which = { type: "AWS::S3::Bucket", called: "Files" };
const ARCHIVE_POLICY: Which = { type: "AWS::S3::BucketPolicy", called: "ArchiveBucket" };
const ACCESS_LOG: Which = { type: "AWS::S3::Bucket", called: "ArchiveAccessLog" };
const STREAM: Which = { type: "AWS::Lambda::EventSourceMapping", called: "ArchiveEntries" };
const PLAN: Which = { type: "AWS::Backup::BackupPlan", called: "BackupsLasting" };
const SELECTION: Which = { type: "AWS::Backup::BackupSelection", called: "BackupsLasting" };
const VAULT: Which = { type: "AWS::Backup::BackupVault" };

const Entry = z.record(z.string(), z.unknown());
type Change = (template: Template) => void;

/** Changes the first entry of a list, at that path of a resource's properties. */
const firstOf =
  (which: Which, path: readonly string[], change: (entry: z.infer<typeof Entry>) => object): Change =>
  (template) => {
    const resource = resourceOf(template, which);
    const at = path.reduce<unknown>((value, name) => Entry.parse(value)[name], resource.Properties);
    const [first, ...others] = z.array(Entry).parse(at);
    put(resource, path, [change(first!), ...others]);
  };

const gone =
  (which: Which): Change =>
  (template) =>
    dropResource(template, idOf(template, which));

const set =
  (which: Which, name: string, value: unknown): Change =>
  (template) =>
    put(resourceOf(template, which), [name], value);

const without = (name: string) => (entry: z.infer<typeof Entry>) =>
  Object.fromEntries(Object.entries(entry).filter(([each]) => each !== name));

const RULES = ["LifecycleConfiguration", "Rules"];
const uploads = (changes: object): Change => firstOf(FILES, RULES, (rule) => ({ ...rule, ...changes }));
const BACKUPS = ["BackupPlan", "BackupPlanRule"];

const anotherIndex = (name: string): Change => {
  const table: Which = { type: "AWS::DynamoDB::Table", called: "Transactions" };
  return (template) => {
    append(resourceOf(template, table), "AttributeDefinitions", { AttributeName: name, AttributeType: "S" });
    append(resourceOf(template, table), "GlobalSecondaryIndexes", {
      IndexName: `by_${name}`,
      KeySchema: [{ AttributeName: name, KeyType: "HASH" }],
      Projection: { ProjectionType: "KEYS_ONLY" },
    });
  };
};

const unnamed = (template: Template): void => {
  const rule = { Status: "Enabled", AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } };
  put(resourceOf(template, FILES), RULES, [
    { Status: "Enabled", Prefix: "batches/", ExpirationInDays: 30 },
    { ...rule, Prefix: "uploads/" },
  ]);
};

export const REFUSED: readonly GuardCase[] = [
  [
    "has a rule for uploads delete everything",
    DATA,
    "files everywhere after 7 days",
    (template) => {
      firstOf(FILES, RULES, without("Prefix"))(template);
    },
  ],
  ["has it delete something else", DATA, "under batches/ after 7 days", uploads({ Prefix: "batches/" })],
  [
    "deletes uploads sooner than their older versions say",
    DATA,
    "files under uploads/ after 3 days",
    uploads({ ExpirationInDays: 3 }),
  ],
  [
    "deletes the access log sooner, but not sooner than its older versions",
    DATA,
    "files everywhere after 31 days",
    firstOf(ACCESS_LOG, RULES, (rule) => ({ ...rule, ExpirationInDays: 31 })),
  ],
  ["adds a rule without a name that deletes", DATA, "a rule without a name: files under batches/", unnamed],
  ["deletes on a date", DATA, "on 2027-01-01", uploads({ ExpirationDate: "2027-01-01" })],
  ["no longer reads the ledger's stream", GATEWAY, "Nobody reads the stream", gone(STREAM)],
  ["switches its reader off", GATEWAY, "switched off", set(STREAM, "Enabled", false)],
  ["keeps nothing of what its reader gives up", GATEWAY, "no longer kept", set(STREAM, "DestinationConfig", undefined)],
  ["has its reader give up at once", GATEWAY, "after 1 tries", set(STREAM, "MaximumRetryAttempts", 1)],
  [
    "has its reader leave entries out",
    GATEWAY,
    "leaves out",
    set(STREAM, "FilterCriteria", { Filters: [{ Pattern: "{}" }] }),
  ],
  ["makes no backups", DATA, "No backup is made", gone(PLAN)],
  [
    "keeps backups for a day",
    DATA,
    "rule daily",
    firstOf(PLAN, BACKUPS, (rule) => ({ ...rule, Lifecycle: { DeleteAfterDays: 1 } })),
  ],
  [
    "copies no backup to the other account",
    DATA,
    "copied where they were",
    firstOf(PLAN, BACKUPS, without("CopyActions")),
  ],
  [
    "leaves the ledger out of the backups",
    DATA,
    'No longer backed up: {"Fn::GetAtt":["Transactions',
    (template) => {
      const selection = resourceOf(template, SELECTION);
      const path = ["BackupSelection", "Resources"];
      const named = z.object({ Resources: z.array(z.unknown()) }).parse(selection.Properties["BackupSelection"]);
      put(selection, path, named.Resources.slice(1));
    },
  ],
  ["backs nothing up", DATA, "no longer backed up", gone(SELECTION)],
  ["lets backups be deleted", DATA, "backup:DeleteRecoveryPoint", set(VAULT, "AccessPolicy", undefined)],
  [
    "lets the archive be deleted",
    DATA,
    "NothingGoesBeforeItsTime",
    (template) => {
      const policy = resourceOf(template, ARCHIVE_POLICY);
      const { Statement } = z.object({ Statement: z.array(Entry) }).parse(policy.Properties["PolicyDocument"]);
      put(
        policy,
        ["PolicyDocument", "Statement"],
        Statement.filter(({ Sid }) => Sid !== "NothingGoesBeforeItsTime"),
      );
    },
  ],
  ["takes the archive's policy away", DATA, "refuses to everybody", gone(ARCHIVE_POLICY)],
  [
    "makes two indexes of a table in one update, which DynamoDB refuses",
    DATA,
    "2 indexes",
    (template) => {
      anotherIndex("one")(template);
      anotherIndex("two")(template);
    },
  ],
];

export const PASSED: readonly GuardCase[] = [
  ["switches off a rule that deletes", DATA, "", uploads({ Status: "Disabled" })],
  [
    "calls such a rule otherwise, deletes later and fewer",
    DATA,
    "",
    uploads({ Id: "other", Prefix: "uploads/old/", ExpirationInDays: 9 }),
  ],
  [
    "forbids more than it did",
    DATA,
    "",
    firstOf(ARCHIVE_POLICY, ["PolicyDocument", "Statement"], (each) => ({
      ...each,
      Action: [each["Action"], "s3express:*"],
    })),
  ],
  ["has the stream's reader try more often", GATEWAY, "", set(STREAM, "MaximumRetryAttempts", -1)],
  [
    "keeps backups longer",
    DATA,
    "",
    firstOf(PLAN, BACKUPS, (rule) => ({ ...rule, Lifecycle: { DeleteAfterDays: 8 } })),
  ],
];

const RULE: Which = { type: "AWS::Events::Rule", called: "PayoutsSweep" };
const QUEUE_READER: Which = { type: "AWS::Lambda::EventSourceMapping", called: "PayoutsSendMapping" };

export const LOOKED_AT: readonly GuardCase[] = [
  ["wakes nothing any more", GATEWAY, "no longer woken", gone(RULE)],
  ["switches a schedule off", GATEWAY, "State: whether it wakes", set(RULE, "State", "DISABLED")],
  ["reads a queue no longer", GATEWAY, "no longer read", gone(QUEUE_READER)],
  ["stops reading a queue", GATEWAY, "Enabled: whether it is read", set(QUEUE_READER, "Enabled", false)],
  [
    "gives messages up at once",
    GATEWAY,
    "RedrivePolicy: how often",
    (template) => {
      for (const resource of Object.values(template.Resources))
        if (resource.Type === "AWS::SQS::Queue" && resource.Properties["RedrivePolicy"] !== undefined)
          put(resource, ["RedrivePolicy", "maxReceiveCount"], 1);
    },
  ],
  ["takes a function away", GATEWAY, "finds nobody", gone({ type: "AWS::Lambda::Function", called: "Sweep" })],
];

/** A rule that was switched off and is in force again. */
export const switchedOn = (template: Template, on: boolean): void =>
  uploads({ Status: on ? "Enabled" : "Disabled" })(template);
