/**
 * The guard, on the templates of this tree: what is deployed is the stage as it is, and what would be deployed is a stage
 * in which somebody changed one thing.
 */
import { describe, expect, it } from "vitest";
import type { Refusal } from "../../operator/guard/finding.ts";
import { judge, unknownKinds } from "../../operator/guard/judge.ts";
import { STATEFUL, STATELESS } from "../../operator/guard/kinds.ts";
import { readTemplate } from "../../operator/guard/template.ts";
import type { Template } from "../../operator/guard/template.ts";
import { CARRIERS } from "../../operator/guard/carriers.ts";
import { everyStage } from "./assembled.ts";
import {
  DATA,
  GATEWAY,
  STOREFRONTS,
  append,
  changed,
  dropFirst,
  dropResource,
  idOf,
  judgeStack,
  parsed,
  production,
  put,
  renameResource,
  resourceOf,
  textOf,
} from "./changed-stage.ts";
import type { Which } from "./changed-stage.ts";
import { LOOKED_AT, PASSED, REFUSED, switchedOn } from "./guard-cases.ts";

const LEDGER: Which = { type: "AWS::DynamoDB::Table", called: "Transactions" };
const ARCHIVE: Which = { type: "AWS::S3::Bucket", called: "Archive" };
const FILES: Which = { type: "AWS::S3::Bucket", called: "Files" };
const PHONE_KEYS: Which = { type: "AWS::SecretsManager::Secret", called: "PhoneKeys" };
const LOCK = ["ObjectLockConfiguration", "Rule", "DefaultRetention"];

const refusalsOf = (stack: string, change: (template: Template) => void): readonly Refusal[] =>
  judgeStack(stack, change).refusals;

describe("every kind of resource in every stage", () => {
  it("is known to hold something, or to hold nothing", () => {
    const templates = everyStage().flatMap(({ app }) =>
      app
        .synth()
        .stacks.map(({ stackName, template }) => [stackName, readTemplate(JSON.stringify(template))!] as const),
    );
    expect(unknownKinds(new Map(templates)), "name each in operator/guard/kinds.ts").toEqual([]);
  });

  it("is not said to be both", () => {
    const kinds = [...Object.keys(STATEFUL), ...Object.keys(CARRIERS), ...STATELESS];
    expect(new Set(kinds).size).toBe(kinds.length);
  });
});

describe("a deployment passes", () => {
  it("that changes nothing", () => {
    expect(judge(production(), production())).toEqual({ refusals: [], warnings: [], begun: [], left: [], tallies: [] });
  });

  it("that changes descriptions alone", () => {
    const { refusals, warnings, tallies } = judgeStack(GATEWAY, (template) => {
      put(resourceOf(template, { type: "AWS::Lambda::Function", called: "StartPayment" }), ["Description"], "Better.");
    });
    expect({ refusals, warnings }).toEqual({ refusals: [], warnings: [] });
    expect(tallies).toEqual([{ type: "AWS::Lambda::Function", made: 0, changed: 1, deleted: 0 }]);
  });

  it("that gives a table another index", () => {
    const refusals = refusalsOf(DATA, (template) => {
      const table = resourceOf(template, LEDGER);
      append(table, "AttributeDefinitions", { AttributeName: "zz", AttributeType: "S" });
      append(table, "GlobalSecondaryIndexes", {
        IndexName: "by_something",
        KeySchema: [{ AttributeName: "zz", KeyType: "HASH" }],
        Projection: { ProjectionType: "KEYS_ONLY" },
      });
    });
    expect(refusals).toEqual([]);
  });

  it.each(PASSED)("that %s", (...[, stack, , change]) => {
    expect(refusalsOf(stack, change)).toEqual([]);
  });

  it("that is the first of its stage", () => {
    const { refusals, begun } = judge(new Map(), production());
    expect(refusals).toEqual([]);
    expect(begun).toContain(DATA);
  });
});

describe("a deployment is refused that", () => {
  it("changes a table's key", () => {
    const refusals = refusalsOf(DATA, (template) => {
      const table = resourceOf(template, LEDGER);
      put(table, ["KeySchema"], [{ AttributeName: "id", KeyType: "HASH" }]);
      append(table, "AttributeDefinitions", { AttributeName: "id", AttributeType: "S" });
    });
    expect(refusals).toEqual([
      expect.objectContaining({
        stack: DATA,
        resource: idOf(parsed(DATA), LEDGER),
        deed: "replace",
        property: "KeySchema",
        lost: expect.stringContaining("empty table"),
      }),
    ]);
  });

  it("gives an attribute of a key another type, which a diff takes for an update", () => {
    const refusals = refusalsOf(DATA, (template) => {
      const table = resourceOf(template, LEDGER);
      dropFirst(table, "AttributeDefinitions");
      append(table, "AttributeDefinitions", { AttributeName: "pk", AttributeType: "N" });
    });
    expect(refusals).toEqual([expect.objectContaining({ deed: "replace", property: "AttributeDefinitions" })]);
  });

  it("takes an index away", () => {
    const refusals = refusalsOf(DATA, (template) => dropFirst(resourceOf(template, LEDGER), "GlobalSecondaryIndexes"));
    expect(refusals).toEqual([
      expect.objectContaining({ deed: "weaken", happens: expect.stringMatching(/^The index \S+ is taken away/) }),
    ]);
  });

  it("deletes a bucket", () => {
    expect(refusalsOf(DATA, (template) => dropResource(template, idOf(template, ARCHIVE)))).toContainEqual(
      expect.objectContaining({ type: ARCHIVE.type, deed: "delete", happens: expect.stringContaining("outside") }),
    );
  });

  it("calls a table otherwise, and says how it was called", () => {
    const old = idOf(parsed(DATA), { ...LEDGER, called: "Directory" });
    const refusals = refusalsOf(DATA, (template) => renameResource(template, old, "DirectoryNewName00000000"));
    const [refusal] = refusals.filter(({ resource }) => resource === old);
    expect(refusal).toMatchObject({
      deed: "delete",
      happens: expect.stringContaining("becomes DirectoryNewName00000000"),
    });
    expect(refusal?.instead).toContain(`so that its logical id is ${old} again`);
  });

  it.each<[string, string, Which, readonly string[], unknown]>([
    ["takes the protection off", "protection against deletion", LEDGER, ["DeletionProtectionEnabled"], false],
    [
      "ends point-in-time recovery",
      "point-in-time recovery",
      LEDGER,
      ["PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"],
      false,
    ],
    [
      "lets items expire",
      "deleted by themselves",
      LEDGER,
      ["TimeToLiveSpecification"],
      { AttributeName: "ttl", Enabled: true },
    ],
    ["closes the stream", "stream is closed", LEDGER, ["StreamSpecification"], undefined],
    ["shortens the object lock", "object lock", ARCHIVE, [...LOCK, "Days"], 30],
    ["loosens the object lock", "object lock", ARCHIVE, [...LOCK, "Mode"], "GOVERNANCE"],
    ["opens a bucket", "public access", FILES, ["PublicAccessBlockConfiguration", "BlockPublicPolicy"], false],
    [
      "deletes files sooner",
      "sooner than before (all: files everywhere after 1 days)",
      FILES,
      ["LifecycleConfiguration", "Rules"],
      [{ Id: "all", ExpirationInDays: 1, Status: "Enabled" }],
    ],
    [
      "has a secret generated anew",
      "writes it over the one in use",
      PHONE_KEYS,
      ["GenerateSecretString", "PasswordLength"],
      32,
    ],
    ["no longer renews the key", "no longer renews", { type: "AWS::KMS::Key" }, ["EnableKeyRotation"], false],
  ])("%s", (...[, says, which, path, value]) => {
    const refusals = refusalsOf(DATA, (template) => put(resourceOf(template, which), path, value));
    expect(refusals).toEqual([expect.objectContaining({ deed: "weaken", happens: expect.stringContaining(says) })]);
  });

  it.each(REFUSED)("%s", (...[, stack, says, change]) => {
    expect(refusalsOf(stack, change)).toEqual([expect.objectContaining({ happens: expect.stringContaining(says) })]);
  });

  it("puts a rule in force that deletes and was switched off", () => {
    const [before, after] = [parsed(DATA), parsed(DATA)];
    switchedOn(before, false);
    switchedOn(after, true);
    const { refusals } = judge(new Map([[DATA, before]]), new Map([[DATA, after]]));
    expect(refusals).toEqual([
      expect.objectContaining({ happens: expect.stringContaining("under uploads/ after 7 days") }),
    ]);
  });

  it("no longer keeps a secret when its stack goes, or empties a bucket with it", () => {
    const kept = refusalsOf(DATA, (template) => (resourceOf(template, PHONE_KEYS).DeletionPolicy = "Delete"));
    expect(kept).toEqual([expect.objectContaining({ happens: expect.stringContaining("no longer outlives") })]);
    const emptied = refusalsOf(DATA, (template) => {
      template.Resources["Emptying"] = { Type: "Custom::S3AutoDeleteObjects", Properties: {} };
    });
    expect(emptied).toEqual([expect.objectContaining({ happens: expect.stringContaining("is emptied") })]);
  });

  it("keeps a log, or what was given up, for less time", () => {
    const log = { type: "AWS::Logs::LogGroup", called: "StartPayment" };
    expect(refusalsOf(GATEWAY, (template) => put(resourceOf(template, log), ["RetentionInDays"], 7))).toEqual([
      expect.objectContaining({
        happens: "Lines older than 7 days are deleted; until now they were kept for 365 days.",
      }),
    ]);
    const letters = refusalsOf(GATEWAY, (template) => {
      for (const resource of Object.values(template.Resources))
        if (resource.Type === "AWS::SQS::Queue") put(resource, ["MessageRetentionPeriod"], 60);
    });
    expect(letters.length).toBeGreaterThan(2);
    for (const { happens } of letters) expect(happens).toContain("are dropped");
  });

  it("replaces a usage plan, in which the storefronts' keys are, or the topic of the alarms", () => {
    const plan = { type: "AWS::ApiGateway::UsagePlan" };
    const gone = refusalsOf(STOREFRONTS, (template) => renameResource(template, idOf(template, plan), "NewName"));
    expect(gone[0]?.lost).toContain("every storefront of that tier is turned away");
    const topic = { type: "AWS::SNS::Topic" };
    const renamed = refusalsOf(GATEWAY, (template) => put(resourceOf(template, topic), ["TopicName"], "alarms"));
    expect(renamed.map(({ type, property }) => [type, property])).toEqual([
      [topic.type, "TopicName"],
      ["AWS::SNS::Subscription", "TopicArn"],
    ]);
  });

  it("drops an export, or gives it another value, while another stack imports it", () => {
    const [id, name] = Object.entries(parsed(GATEWAY).Outputs)
      .map(([each, { Export }]) => [each, String(Export?.Name)] as const)
      .find(([, each]) => textOf(STOREFRONTS).includes(each))!;
    const judged = (change: (template: Template) => void) => judge(production(), changed(GATEWAY, change)).refusals;
    const dropped = judged((template) => {
      template.Outputs = Object.fromEntries(Object.entries(template.Outputs).filter(([each]) => each !== id));
    });
    const says = (happens: string): unknown => [
      expect.objectContaining({ resource: name, deed: "break", happens: expect.stringContaining(happens) }),
    ];
    expect(dropped).toEqual(says(`while ${STOREFRONTS}`));
    expect(judged((template) => (template.Outputs[id]!.Value = "other"))).toEqual(says("another value"));
  });

  it("replaces what an export names, also where nothing but another stack's outputs take it", () => {
    const Export = { Name: "taken" };
    const made = (name: string): Template => {
      const role = { Type: "AWS::IAM::Role", Properties: { RoleName: name } };
      const taken = { Value: { "Fn::GetAtt": ["Role", "Arn"] }, Export };
      return readTemplate(JSON.stringify({ Resources: { Role: role }, Outputs: { taken } }))!;
    };
    const taking = { Resources: {}, Outputs: { shown: { Value: { "Fn::ImportValue": Export.Name } } } };
    const stage = (name: string) =>
      new Map([
        ["Giving", made(name)],
        ["Taking", readTemplate(JSON.stringify(taking))!],
      ]);
    expect(judge(stage("one"), stage("two")).refusals).toEqual([
      expect.objectContaining({ resource: "taken", deed: "break", happens: expect.stringContaining("while Taking") }),
    ]);
  });
});

describe("a deployment is to be looked at that", () => {
  const warningsOf = (stack: string, change: (template: Template) => void): string => {
    const { refusals, warnings } = judgeStack(stack, change);
    expect(refusals).toEqual([]);
    return warnings.map(({ resource, says }) => `${resource}: ${says}`).join("\n");
  };

  it.each(LOOKED_AT)("%s", (...[, stack, says, change]) => {
    expect(warningsOf(stack, change)).toContain(says);
  });

  it("lets a function do more", () => {
    const says = warningsOf(GATEWAY, (template) => {
      const policy = resourceOf(template, { type: "AWS::IAM::ManagedPolicy", called: "StartPayment" });
      const Statement = [{ Effect: "Allow", Action: "dynamodb:DeleteTable", Resource: "*" }];
      put(policy, ["PolicyDocument", "Statement"], Statement);
    });
    expect(says).toMatch(/Newly allowed: AWS:\S+StartPayment\S+ may dynamodb:DeleteTable on \*/);
  });

  it("lets anybody in, changes the firewall, or tells nobody of an alarm", () => {
    const door = warningsOf(STOREFRONTS, (template) => {
      for (const resource of Object.values(template.Resources)) {
        if (resource.Properties["AuthorizationType"] === "CUSTOM") put(resource, ["AuthorizationType"], "NONE");
        if (resource.Type === "AWS::WAFv2::WebACL") put(resource, ["Rules"], []);
      }
    });
    expect(door).toContain("who is let in is decided another way");
    expect(door).toContain("the firewall's rules change");
    const alarms = warningsOf(GATEWAY, (template) => {
      const type = "AWS::CloudWatch::Alarm";
      dropResource(template, idOf(template, { type, called: "StartPaymentThrottles" }));
      put(resourceOf(template, { type, called: "ReadPayments" }), ["AlarmActions"], []);
    });
    expect(alarms).toContain("nobody is told any more");
    expect(alarms).toContain("who is told changes");
  });
});
