import { describe, expect, it } from "vitest";
import { FUNCTIONS } from "../../lib/functions.ts";
import { stageFor } from "../../lib/stages.ts";
import { GIVEN, everyStage, everywhere, ofType, referred } from "./assembled.ts";
import type { Assembled, Resource } from "./assembled.ts";

const byId = (assembled: Assembled, type: string, reference: unknown): Resource => {
  const found = ofType(assembled, type).find(({ id }) => id === referred(reference));
  expect(found).toBeDefined();
  return found!;
};

/** The one mapping of a function, with its queue. */
const mappingOf = (assembled: Assembled, name: "dispatch-payouts" | "tend-batch" | "deliver-webhooks") => {
  const mappings = ofType(assembled, "AWS::Lambda::EventSourceMapping").filter(({ Properties }) => {
    const owner = byId(assembled, "AWS::Lambda::Function", Properties["FunctionName"]);
    return owner.Properties["Description"] === FUNCTIONS[name].purpose;
  });
  expect(mappings).toHaveLength(1);
  const { Properties } = mappings[0]!;
  return { ...Properties, queue: byId(assembled, "AWS::SQS::Queue", Properties["EventSourceArn"]).Properties };
};

describe("every queue", () => {
  it("is sealed with the stage's own key and refuses what does not come over TLS", () => {
    for (const assembled of everyStage()) {
      const policies = JSON.stringify(ofType(assembled, "AWS::SQS::QueuePolicy"));
      for (const { id, Properties } of ofType(assembled, "AWS::SQS::Queue")) {
        expect(JSON.stringify(Properties["KmsMasterKeyId"]), id).toMatch(/Key/);
        expect(policies, id).toContain(`"${id}"`);
      }
    }
    for (const { id, Properties } of everywhere("AWS::SQS::QueuePolicy")) {
      const text = JSON.stringify(Properties["PolicyDocument"]);
      expect(text, id).toContain('"Effect":"Deny"');
      expect(text, id).toContain('"aws:SecureTransport":"false"');
    }
  });

  it("keeps what is to be done for four days, and what was given up for two weeks", () => {
    for (const { id, Properties } of everywhere("AWS::SQS::Queue")) {
      const days = Properties["RedrivePolicy"] === undefined ? 14 : 4;
      expect(Properties["MessageRetentionPeriod"], id).toBe(days * 86_400);
    }
  });
});

describe("every function behind a queue", () => {
  it("says which messages failed, so that the others are not done twice", () => {
    for (const { id, Properties } of everywhere("AWS::Lambda::EventSourceMapping")) {
      if (Properties["StartingPosition"] !== undefined) continue; // a stream's: it is halved instead
      expect(Properties["FunctionResponseTypes"], id).toEqual(["ReportBatchItemFailures"]);
    }
  });

  it("is bounded in how many of it run at a time", () => {
    for (const assembled of everyStage()) {
      const { dispatchers } = stageFor(assembled.stage, GIVEN[assembled.stage]).payouts;
      expect(mappingOf(assembled, "dispatch-payouts")).toMatchObject({
        BatchSize: 10,
        ScalingConfig: { MaximumConcurrency: dispatchers },
      });
      expect(mappingOf(assembled, "tend-batch")).toMatchObject({
        BatchSize: 1,
        ScalingConfig: { MaximumConcurrency: 2 },
      });
      expect(mappingOf(assembled, "deliver-webhooks")).toMatchObject({
        BatchSize: 10,
        ScalingConfig: { MaximumConcurrency: 20 },
      });
    }
  });

  it("has its messages hidden six times as long as it may run, where anything is deployed", () => {
    for (const assembled of everyStage()) {
      for (const name of ["dispatch-payouts", "tend-batch", "deliver-webhooks"] as const) {
        const hidden = mappingOf(assembled, name).queue["VisibilityTimeout"];
        const factor = assembled.stage === "local" ? 1 : 6;
        expect(hidden, name).toBeGreaterThanOrEqual(factor * FUNCTIONS[name].timeoutSeconds);
      }
    }
  });
});

describe("the clock of webhooks", () => {
  it("speaks to the senders' queue, which lets that one rule in and nobody else's", () => {
    for (const assembled of everyStage()) {
      const { id: queue } = ofType(assembled, "AWS::SQS::Queue").find(({ id }) => id.startsWith("WebhooksSendQueue"))!;
      const rule = ofType(assembled, "AWS::Events::Rule").find(({ id }) => id.startsWith("WebhooksClock"))!;
      expect(rule.Properties["Targets"]).toMatchObject([
        { Arn: { "Fn::GetAtt": [queue, "Arn"] }, Input: '{"look":"due"}' },
      ]);
      const policies = ofType(assembled, "AWS::SQS::QueuePolicy").filter(({ Properties }) =>
        JSON.stringify(Properties["Queues"]).includes(queue),
      );
      const allowed = policies
        .flatMap(({ Properties }) => Properties["PolicyDocument"].Statement as { Effect: string; Condition: unknown }[])
        .filter(({ Effect }) => Effect === "Allow");
      expect(allowed).toMatchObject([
        {
          Principal: { Service: "events.amazonaws.com" },
          Action: "sqs:SendMessage",
          Condition: { ArnEquals: { "aws:SourceArn": { "Fn::GetAtt": [rule.id, "Arn"] } } },
        },
      ]);
    }
  });
});

describe("every function that nobody waits for", () => {
  it("is tried a few times, and what is given up is kept", () => {
    for (const assembled of everyStage()) {
      const configs = ofType(assembled, "AWS::Lambda::EventInvokeConfig");
      for (const { id, Properties } of ofType(assembled, "AWS::Lambda::Function")) {
        const spec = Object.values(FUNCTIONS).find(({ purpose }) => purpose === Properties["Description"]);
        if (spec?.invokedBy !== "event") continue;
        const config = configs.find((each) => referred(each.Properties["FunctionName"]) === id)?.Properties;
        expect(config?.["MaximumRetryAttempts"], id).toBe(2);
        byId(assembled, "AWS::SQS::Queue", config?.["DestinationConfig"].OnFailure.Destination);
      }
    }
  });
});
