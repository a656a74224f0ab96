/**
 * Everything that can be replaced: the functions, Safaricom's door, the queues, the schedules and the alarms. It holds no
 * data; deleting it stops the gateway and loses nothing: what a queue held is on the ledger.
 */
import { CfnOutput, Duration, Stack } from "aws-cdk-lib";
import type { App, StackProps } from "aws-cdk-lib";
import type { CfnAccount } from "aws-cdk-lib/aws-apigateway";
import type { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { ArchivePipeline } from "./constructs/archive-pipeline.ts";
import { CallbackApi } from "./constructs/callback-api.ts";
import { alarmOnCounters } from "./constructs/counters.ts";
import { StageDashboard } from "./constructs/dashboard.ts";
import { DayPipeline } from "./constructs/day-pipeline.ts";
import { quietDeadLetters } from "./constructs/dead-letters.ts";
import { gatewayFunctions } from "./constructs/gateway-functions.ts";
import type { GatewayFunctions } from "./constructs/gateway-functions.ts";
import { gatewayLogging } from "./constructs/gateway-logging.ts";
import { ImpactAlarm } from "./constructs/impact-alarm.ts";
import type { AlarmTarget } from "./constructs/impact-alarm.ts";
import { PayoutPipeline } from "./constructs/payout-pipeline.ts";
import type { PublicApi } from "./constructs/public-api.ts";
import { sealLogs } from "./constructs/sealed-logs.ts";
import { SecretRotation } from "./constructs/secret-rotation.ts";
import { SocketApi } from "./constructs/socket-api.ts";
import { SweepSchedule } from "./constructs/sweep.ts";
import { UploadNotice } from "./constructs/upload-notice.ts";
import type { Resources } from "./constructs/uses.ts";
import { WebFirewall } from "./constructs/web-firewall.ts";
import { WebhookPipeline } from "./constructs/webhook-pipeline.ts";
import type { DataStack } from "./data-stack.ts";
import type { Stage } from "./stage.ts";

export interface GatewayStackProps extends StackProps {
  readonly stage: Stage;
  readonly data: DataStack;
}

export class GatewayStack extends Stack {
  /** What the doors call. */
  readonly functions: GatewayFunctions;
  readonly alarms: AlarmTarget;
  /** The account's setting without which no API of it writes an access log. */
  readonly accessLogging: CfnAccount;
  /** Payers' live status. */
  readonly sockets: SocketApi;
  /** Seals what is written down, here and at the doors. */
  readonly key: IKey;
  readonly #stage: Stage;

  constructor(app: App, id: string, props: GatewayStackProps) {
    super(app, id, props);
    const { data, stage } = props;
    this.#stage = stage;
    this.key = data.key;
    sealLogs(this, data.key);
    this.alarms = { topic: this.#alarmTopic(props), stageName: stage.name };
    const alarms = this.alarms;
    this.#mail(props);
    const functions = gatewayFunctions(this, stage, alarms);
    this.functions = functions;
    const callbacks = new CallbackApi(this, "Callbacks", { stage, functions });
    const payouts = new PayoutPipeline(this, "Payouts", { stage, data, functions, alarms });
    const days = new DayPipeline(this, "Days", { data, functions, alarms });
    const webhooks = new WebhookPipeline(this, "Webhooks", { data, functions, alarms });
    this.sockets = new SocketApi(this, "Sockets", { stage, live: functions.live, alarms });
    const queues = { ...payouts.queues, days: days.queue, webhooks: webhooks.queue };
    this.#allow(functions, {
      key: data.key,
      tables: data.tables,
      secrets: data.secrets,
      files: data.files,
      archive: data.archive,
      queues,
      sockets: this.sockets,
      callbackBaseUrl: callbacks.baseUrl,
    });
    new SweepSchedule(this, "SweepSchedule", {
      stage,
      worker: functions.sweep,
      name: "sweep",
      lostImpact: "Runs of the sweep were given up: payments whose callback was lost may have stayed pending longer.",
      key: data.key,
      alarms,
    });
    new SweepSchedule(this, "PullSchedule", {
      stage,
      worker: functions.pull,
      intervalSeconds: stage.pullIntervalSeconds,
      name: "pull",
      lostImpact:
        "Runs of the pull were given up: payments whose confirmation was lost are found later, or not at all.",
      key: data.key,
      alarms,
    });
    new UploadNotice(this, "StatementUploads", {
      bucket: data.files,
      prefix: "uploads/statements/",
      worker: functions["import-statement"],
      name: "statement uploads",
      key: data.key,
      alarms,
    });
    new ArchivePipeline(this, "Archive", { stage, data, functions, alarms });
    new SecretRotation(this, "Rotation", { stage, data, worker: functions["rotate-secret"] });
    this.accessLogging = gatewayLogging(this);
    new StageDashboard(this, "Overview", { stage, queues, functions, blocked: this.#watch(callbacks.door) });
    alarmOnCounters(this, props.stage, this.alarms);
    this.#outputs(callbacks);
  }

  /** What the operator's commands and the people at the domain's registrar ask for. */
  #outputs(callbacks: CallbackApi): void {
    const values = {
      CallbackBaseUrl: callbacks.baseUrl,
      SocketUrl: this.sockets.endpoint,
      AlarmTopicArn: this.alarms.topic.topicArn,
    };
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }

  #allow(functions: GatewayFunctions, resources: Resources): void {
    for (const gatewayFunction of Object.values(functions)) {
      gatewayFunction.uses.all(gatewayFunction.spec.uses, resources);
    }
  }

  /** Who is told. Sealed with our key; the key's policy lets this account's alarms use it. */
  #alarmTopic({ data, stage }: GatewayStackProps): Topic {
    const topic = new Topic(this, "Alarms", {
      displayName: `Malipo ${stage.name}: something needs a person`,
      masterKey: data.key,
      enforceSSL: true,
    });
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: "AlarmsOfThisAccount",
        principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": this.account } },
      }),
    );
    return topic;
  }

  /** Who is told by e-mail. What could not be delivered is kept, and rings for whoever else listens to the topic. */
  #mail({ data, stage }: GatewayStackProps): void {
    const { topic } = this.alarms;
    new ImpactAlarm(this, "MailLost", {
      name: "alarm mail lost",
      impact: "An alarm could not be delivered: something may need a person, and nobody was told of it.",
      metric: topic.metricNumberOfNotificationsFailed({ period: Duration.minutes(5) }),
      target: this.alarms,
    });
    if (stage.alarmEmail === null) return;
    const deadLetterQueue = quietDeadLetters(this, "LostMail", data.key);
    topic.addSubscription(new EmailSubscription(stage.alarmEmail, { deadLetterQueue }));
  }

  /** Alarms on Safaricom's door. What its firewall refuses. */
  #watch(callbacks: PublicApi): Metric {
    callbacks.api.deploymentStage.node.addDependency(this.accessLogging);
    this.sockets.stage.node.addDependency(this.accessLogging);
    const period = Duration.minutes(5);
    new ImpactAlarm(this, "CallbackFaults", {
      name: "callback faults",
      impact: "Safaricom's callbacks are answered with server errors and may not be sent again: payments end late.",
      metric: callbacks.api.deploymentStage.metricServerError({ period, statistic: "Sum" }),
      target: this.alarms,
    });
    const firewall = new WebFirewall(this, "Firewall", { stage: this.#stage, door: "callbacks", api: callbacks.api });
    new ImpactAlarm(this, "CallbacksBlocked", {
      name: "callbacks blocked",
      impact:
        "The firewall refuses what somebody sends as callbacks: an attack, or Safaricom's list of addresses is out of date and payments end late.",
      metric: firewall.blocked.with({ period }),
      target: this.alarms,
    });
    return firewall.blocked;
  }
}
