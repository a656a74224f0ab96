/** `npm run guard`, as a person or a pipeline calls it: its answers, its exit, and what somebody excepted. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { guardCommand } from "../../operator/guard-command.ts";
import { cloudFormationPlace, cloudFormationTemplates } from "../../operator/guard/sources.ts";
import type { Template } from "../../operator/guard/template.ts";
import { NotDone } from "../../operator/refusal.ts";
import { recordingTerminal } from "../unit/operator/fakes.ts";
import { DATA, GATEWAY, changed, idOf, parsed, production, put, resourceOf, textOf } from "./changed-stage.ts";

const LEDGER = { type: "AWS::DynamoDB::Table", called: "Transactions" };

const directories: string[] = [];
afterAll(() => directories.forEach((each) => rmSync(each, { recursive: true, force: true })));

/** A directory as `cdk synth` leaves one. */
const synthesised = (templates: ReadonlyMap<string, Template>): string => {
  const directory = mkdtempSync(path.join(tmpdir(), "malipo-guard-"));
  directories.push(directory);
  for (const [name, template] of templates)
    writeFileSync(path.join(directory, `${name}.template.json`), JSON.stringify(template));
  return directory;
};

/** What CloudFormation answers about the stage as it is. */
const cloudFormation = {
  send: (command: { readonly input: { readonly StackName?: string } }) => {
    const name = command.input.StackName ?? "";
    if (production().has(name))
      return Promise.resolve({
        TemplateBody: textOf(name),
        Stacks: [{ StackId: `arn:aws:cloudformation:af-south-1:111122223333:stack/${name}/0a1b` }],
      });
    return Promise.reject(
      Object.assign(new Error(`Stack with id ${name} does not exist`), { name: "ValidationError" }),
    );
  },
};

/** What it answers in an account, or a region, where the stage is not. */
const elsewhere = {
  send: () => Promise.reject(Object.assign(new Error("Stack with id any does not exist"), { name: "ValidationError" })),
  config: {
    region: () => Promise.resolve("eu-west-1"),
    credentials: () => Promise.resolve({ accountId: "444455556666" }),
  },
};

const run = (...words: string[]) => runIn(cloudFormation, words);

const runIn = async (client: object, words: readonly string[]) => {
  const seen = recordingTerminal();
  const deps = {
    terminal: seen.terminal,
    deployed: cloudFormationTemplates(client as never),
    place: cloudFormationPlace(client as never),
    today: () => "2026-11-22",
  };
  const ended = await guardCommand(deps, ["--stage", "production", ...words]).then(
    () => null,
    (fault: unknown) => fault,
  );
  return { ended, answers: seen.answers.join("\n") };
};

const unprotected = (): string =>
  synthesised(changed(DATA, (template) => put(resourceOf(template, LEDGER), ["DeletionProtectionEnabled"], false)));

const PLACE = "production in account 111122223333, af-south-1";

describe("npm run guard", () => {
  it("takes no wrong place for a new stage, nor a stage for a new one", async () => {
    const next = synthesised(production());
    const nothing = await runIn(elsewhere, ["--synthesised", next]);
    expect(nothing.ended).toBeInstanceOf(NotDone);
    expect(nothing.ended).toMatchObject({
      message: expect.stringContaining("account 444455556666, eu-west-1: nothing"),
    });
    const first = await runIn(elsewhere, ["--synthesised", next, "--first"]);
    expect(first.ended).toBeNull();
    expect(first.answers).toMatch(
      /^production in account 444455556666, eu-west-1: may be deployed. Nothing of it stands/,
    );
    expect((await run("--synthesised", next, "--first")).ended).toMatchObject({
      message: expect.stringContaining(`there is ${DATA}`),
    });
  });

  it("says that nothing changes, and ends well", async () => {
    const next = synthesised(production());
    expect(await run("--synthesised", next)).toEqual({ ended: null, answers: `${PLACE}: nothing changes.` });
    expect((await run("--synthesised", next, "--deployed", next)).answers).toBe("production: nothing changes.");
  });

  it("refuses with the resource, what happens, what would be lost and what to do", async () => {
    const { ended, answers } = await run("--synthesised", unprotected());
    expect(ended).toBeInstanceOf(NotDone);
    expect(answers).toMatch(/^production in account 111122223333, af-south-1: REFUSED, 1 change would lose something/);
    expect(answers).toMatch(/1\. MalipoData-production {2}Transactions\w+ {2}\(AWS::DynamoDB::Table\)/);
    for (const word of ["happens", "lost", "do"]) expect(answers).toMatch(new RegExp(`^ {5}${word} +[A-Z]`, "m"));
  });

  it("lets pass what an exception names until its last day, and says who wanted it", async () => {
    const exception = {
      stack: DATA,
      resource: idOf(parsed(DATA), LEDGER),
      deed: "weaken",
      because: "The table was moved and the old one is deleted tomorrow.",
      by: "Wanjiru, change 4711",
      until: "2026-11-22",
    };
    const next = unprotected();
    const file = path.join(next, "exceptions.json");
    const excepting = (changes: object) => {
      writeFileSync(file, JSON.stringify({ exceptions: [{ ...exception, ...changes }] }));
      return run("--synthesised", next, "--exceptions", file);
    };
    const { ended, answers } = await excepting({});
    expect(ended).toBeNull();
    expect(answers).toContain("Wanjiru, change 4711, until 2026-11-22");
    for (const other of [{ until: "2026-11-21" }, { deed: "delete" }, { because: "so" }])
      expect((await excepting(other)).ended, JSON.stringify(other)).toBeInstanceOf(NotDone);
  });

  it("lets warnings pass, but not where it is strict", async () => {
    const alarm = { type: "AWS::CloudWatch::Alarm", called: "StartPayment" };
    const next = synthesised(changed(GATEWAY, (template) => put(resourceOf(template, alarm), ["Threshold"], 7)));
    const { ended, answers } = await run("--synthesised", next);
    expect(ended).toBeNull();
    expect(answers).toMatch(/^production in \S+ \d+, \S+: may be deployed, nothing is lost; 1 change to look at/);
    expect(answers).toContain("it rings at another value");
    expect((await run("--synthesised", next, "--strict")).ended).toBeInstanceOf(NotDone);
  });

  it("judges nothing by half: it wants the stage's templates, and knows every kind in them", async () => {
    const odd = changed(GATEWAY, (template) => {
      template.Resources["New"] = { Type: "AWS::Odd::Thing", Properties: {} };
    });
    expect((await run("--synthesised", synthesised(odd))).ended).toMatchObject({
      message: expect.stringContaining("AWS::Odd::Thing"),
    });
    odd.delete(DATA);
    expect((await run("--synthesised", synthesised(odd))).ended).toMatchObject({
      message: expect.stringContaining("synthesise the stage"),
    });
  });
});
