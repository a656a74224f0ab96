/**
 * Copies of the tables, apart from the tables. Point-in-time recovery brings back any second of the last weeks, as long as
 * it was not switched off and the account is there; these are for when it was, or is not.
 *
 * What must stay true: nobody deletes a copy before its time, who may delete tables included; no copy outlives what
 * point-in-time recovery remembers, so that what was erased is gone from all of them as soon; what expires by itself does
 * not live on in copies.
 */
import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { BackupPlan, BackupPlanRule, BackupResource, BackupVault } from "aws-cdk-lib/aws-backup";
import type { IBackupVault } from "aws-cdk-lib/aws-backup";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { Schedule } from "aws-cdk-lib/aws-events";
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import type { Stage } from "../stage.ts";

/** Each copy is a whole one, and is paid as such: few are kept, and every second between them is in the table's own recovery. */
const DAILY_KEPT = Duration.days(7);
const WEEKLY_KEPT = Duration.days(35);
const PASSING_KEPT = Duration.days(1);

/** Four in the morning in Nairobi, when least is paid. */
const HOUR_UTC = "1";

export interface TableBackupsProps {
  readonly stage: Stage;
  readonly key: IKey;
  /** What nothing else could bring back. */
  readonly lasting: readonly Table[];
  /** What expires within hours or days. */
  readonly passing: readonly Table[];
}

export class TableBackups extends Construct {
  constructor(scope: Construct, id: string, { stage, key, lasting, passing }: TableBackupsProps) {
    super(scope, id);
    const vault = new BackupVault(this, "Vault", {
      encryptionKey: key,
      blockRecoveryPointDeletion: true,
      removalPolicy: stage.retained ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const copies = this.#copies(stage);
    const role = this.#role([...lasting, ...passing], { vault, copies, key });
    const plan = (name: "Lasting" | "Passing", tables: readonly Table[], backupPlanRules: BackupPlanRule[]): void => {
      const backupPlanName = `malipo-${stage.name}-${name.toLowerCase()}`;
      new BackupPlan(this, name, { backupPlanName, backupVault: vault, backupPlanRules }).addSelection("Tables", {
        resources: tables.map((table) => BackupResource.fromArn(table.tableArn)),
        role,
        disableDefaultBackupPolicy: true,
      });
    };
    const kept = (deleteAfter: Duration) => ({
      deleteAfter,
      ...(copies === null ? {} : { copyActions: [{ destinationBackupVault: copies, deleteAfter }] }),
    });
    plan("Lasting", lasting, [
      new BackupPlanRule({
        ruleName: "daily",
        scheduleExpression: Schedule.cron({ hour: HOUR_UTC, minute: "0" }),
        ...kept(DAILY_KEPT),
      }),
      new BackupPlanRule({
        ruleName: "weekly",
        scheduleExpression: Schedule.cron({ weekDay: "SUN", hour: HOUR_UTC, minute: "30" }),
        ...kept(WEEKLY_KEPT),
      }),
    ]);
    plan("Passing", passing, [
      new BackupPlanRule({
        ruleName: "daily",
        scheduleExpression: Schedule.cron({ hour: HOUR_UTC, minute: "0" }),
        deleteAfter: PASSING_KEPT,
      }),
    ]);
  }

  /** A vault in another account, whose owners are others than this one's. */
  #copies({ backupCopyTo }: Stage): IBackupVault | null {
    return backupCopyTo === null ? null : BackupVault.fromBackupVaultArn(this, "Copies", backupCopyTo);
  }

  /** What AWS's own policy for backups lists for DynamoDB, for these tables, this vault and this key alone. */
  #role(
    tables: readonly Table[],
    { vault, copies, key }: { readonly vault: IBackupVault; readonly copies: IBackupVault | null; readonly key: IKey },
  ): Role {
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("backup.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
      description: "What AWS Backup may do to copy Malipo's tables.",
    });
    const arns = tables.map(({ tableArn }) => tableArn);
    const allow = (actions: string[], resources: string[], conditions = {}): PolicyStatement =>
      new PolicyStatement({ actions, resources, conditions });
    new ManagedPolicy(this, "Policy", {
      description: "All that its role may do.",
      roles: [role],
      statements: [
        allow(
          [
            "dynamodb:DescribeTable",
            "dynamodb:CreateBackup",
            "dynamodb:StartAwsBackupJob",
            "dynamodb:ListTagsOfResource",
          ],
          arns,
        ),
        allow(
          ["dynamodb:DescribeBackup", "dynamodb:DeleteBackup"],
          arns.map((arn) => `${arn}/backup/*`),
        ),
        allow(
          ["backup:DescribeBackupVault", "backup:CopyIntoBackupVault", "backup:CopyFromBackupVault"],
          [vault, ...(copies === null ? [] : [copies])].map(({ backupVaultArn }) => backupVaultArn),
        ),
        allow(
          ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"],
          [key.keyArn],
        ),
        allow(["kms:CreateGrant"], [key.keyArn], { Bool: { "kms:GrantIsForAWSResource": "true" } }),
      ],
    });
    return role;
  }
}
