import { randomBytes, randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDirectory } from "../../../functions/store/dynamo-directory.ts";
import { keysCommand } from "../../../operator/keys-command.ts";
import { CalledWrongly, NotDone } from "../../../operator/refusal.ts";
import { connect, makeTable } from "../store/database.ts";
import { DATA_STACK, STOREFRONT_STACK, memoryMetering, recordingTerminal, stacksOf } from "./fakes.ts";

const KEY = /sk_(live|test)_[0-9a-z]{32}/;
const CREATE = ["create", "--stage", "sandbox", "--name", "web shop", "--scopes", "payments:write,payments:read"];

let client: DynamoDBClient;
let table: string;
beforeAll(async () => {
  client = connect();
  table = await makeTable(client, "directory");
});
afterAll(() => client.destroy());

const setUp = () => {
  const directory = createDirectory({
    table,
    dynamo: client,
    pepper: () => Promise.resolve({ current: "a pepper for tests" }),
    clock: { now: () => Date.UTC(2026, 10, 21) },
    wait: () => Promise.resolve(),
    random: () => 0.5,
    newToken: randomUUID,
    randomBytes,
  });
  const seen = recordingTerminal();
  const { metering, meters, trouble } = memoryMetering();
  const deps = { stacks: stacksOf(), metering, directory: () => directory, randomBytes, terminal: seen.terminal };
  const storefront = `shop-${randomBytes(4).toString("hex")}`;
  const run = (...words: string[]) => keysCommand(deps, words);
  const create = (...more: string[]) => run(...CREATE, "--storefront", storefront, ...more);
  return { directory, seen, meters, trouble, storefront, run, create, deps };
};

describe("npm run keys -- create", () => {
  it("prints a key that opens the API with exactly the scopes that were asked for", async () => {
    const { create, seen, directory, storefront } = setUp();
    await create();
    const [clearText = ""] = seen.answers;
    expect(seen.answers).toHaveLength(1);
    expect(clearText).toMatch(KEY);
    expect(await directory.findKey(clearText)).toMatchObject({
      storefront,
      name: "web shop",
      scopes: ["payments:read", "payments:write"],
      tier: "standard",
      mode: "test",
    });
  });

  it("says the key on standard output alone", async () => {
    const { create, seen } = setUp();
    await create();
    expect(seen.said.join("\n")).not.toMatch(KEY);
  });

  it("meters the key in its tier's usage plan under the identifier that the directory holds", async () => {
    const { create, seen, meters, directory } = setUp();
    await create("--tier", "high");
    const key = await directory.findKey(seen.answers[0]!);
    expect([...meters]).toEqual([
      [`malipo-sandbox-${key?.id}`, { usageIdentifier: key?.usageIdentifier, planId: "plan-high" }],
    ]);
    expect(key?.usageIdentifier.length).toBeGreaterThanOrEqual(20);
  });

  it("makes the storefront with its first key and leaves it alone afterwards", async () => {
    const { create, directory, storefront, seen } = setUp();
    await create();
    await directory.putStorefront({
      id: storefront,
      name: "Duka la Mama",
      shortcode: "600000",
      references: ["DLM"],
      isDefault: true,
    });
    await create();
    expect(await directory.storefront(storefront)).toEqual({
      id: storefront,
      name: "Duka la Mama",
      references: ["DLM"],
      isDefault: true,
      shortcode: "600000",
    });
    expect(seen.said.filter((line) => line.startsWith("New storefront"))).toHaveLength(1);
  });

  it("shuts a key that could not be metered, shows it to nobody and says that nothing is left", async () => {
    const { create, trouble, meters, directory, storefront, seen } = setUp();
    trouble.add = new Error("API Gateway is away");
    await expect(create()).rejects.toThrow(/^No key was made: .*API Gateway is away.*safe to try again/);
    expect(seen.answers).toEqual([]);
    expect(meters.size).toBe(0);
    const keys = await directory.listKeys(storefront);
    expect(keys.map(({ revokedAt }) => revokedAt !== null)).toEqual([true]);
  });

  it("says which key to revoke when even taking back fails", async () => {
    const { create, trouble, directory, storefront } = setUp();
    trouble.add = new Error("API Gateway is away");
    trouble.remove = new Error("and stays away");
    const failed = await create().catch((fault: unknown) => fault);
    const [key] = await directory.listKeys(storefront);
    expect(failed).toBeInstanceOf(NotDone);
    expect((failed as Error).message).toContain(`npm run keys -- revoke --stage sandbox --id ${key?.id}`);
  });

  it("makes live keys for production and test keys for the sandbox", async () => {
    const { deps, storefront, seen } = setUp();
    const stacks = stacksOf({ "MalipoData-production": DATA_STACK, "MalipoStorefronts-production": STOREFRONT_STACK });
    const words = CREATE.map((word) => (word === "sandbox" ? "production" : word));
    await keysCommand({ ...deps, stacks }, [...words, "--storefront", storefront]);
    expect(seen.answers[0]).toMatch(/^sk_live_/);
  });
});

describe("npm run keys -- revoke", () => {
  it("shuts the key at once and removes its meter", async () => {
    const { create, run, seen, directory, meters, storefront } = setUp();
    await create();
    const [key] = await directory.listKeys(storefront);
    await run("revoke", "--stage", "sandbox", "--id", key!.id);
    expect(await directory.findKey(seen.answers[0]!)).toBeNull();
    expect(meters.size).toBe(0);
  });

  it("shuts the key even when its meter can't be removed, and finishes when it is repeated", async () => {
    const { create, run, seen, directory, meters, trouble, storefront } = setUp();
    await create();
    const [key] = await directory.listKeys(storefront);
    trouble.remove = new Error("API Gateway is away");
    const words = ["revoke", "--stage", "sandbox", "--id", key!.id] as const;
    await expect(run(...words)).rejects.toThrow(/is revoked and opens nothing any more.*Run the same command again/);
    expect(await directory.findKey(seen.answers[0]!)).toBeNull();
    delete trouble.remove;
    await run(...words);
    expect(meters.size).toBe(0);
  });

  it("says so when there is no such key", async () => {
    const { run } = setUp();
    await expect(run("revoke", "--stage", "sandbox", "--id", `key_${"0".repeat(32)}`)).rejects.toThrow(
      /There is no key/,
    );
  });

  it("refuses to be handed the key itself and does not repeat it", async () => {
    const { run } = setUp();
    const clearText = `sk_live_${"a".repeat(32)}`;
    const failed = await run("revoke", "--stage", "sandbox", "--id", clearText).catch((fault: unknown) => fault);
    expect(failed).toBeInstanceOf(CalledWrongly);
    expect((failed as Error).message).not.toContain(clearText);
  });
});

describe("npm run keys -- list", () => {
  it("shows every key of the storefront, revoked ones too, and no key's text", async () => {
    const { create, run, seen, directory, storefront } = setUp();
    await create();
    await create();
    const [first] = await directory.listKeys(storefront);
    await run("revoke", "--stage", "sandbox", "--id", first!.id);
    seen.answers.length = 0;
    await run("list", "--stage", "sandbox", "--storefront", storefront);
    expect(seen.answers).toHaveLength(2);
    expect(seen.answers.filter((line) => line.includes("\trevoked "))).toHaveLength(1);
    expect(seen.answers.join("\n")).not.toMatch(KEY);
  });

  it("says so when a storefront has none", async () => {
    const { run, seen } = setUp();
    await run("list", "--stage", "sandbox", "--storefront", "nobody-here");
    expect(seen.answers).toEqual([]);
    expect(seen.said.join()).toContain("has no keys");
  });
});

describe("the words of npm run keys", () => {
  it.each([
    ["nothing at all", []],
    ["an unknown action", ["destroy"]],
    ["two actions", ["list", "revoke"]],
    ["an unknown option", ["list", "--everything", "yes"]],
    ["no stage", ["list", "--storefront", "shop"]],
    ["an unknown stage", ["list", "--stage", "staging", "--storefront", "shop"]],
    ["the local stage", ["list", "--stage", "local", "--storefront", "shop"]],
    ["a storefront in capitals", [...CREATE, "--storefront", "Shop"]],
    ["a storefront with a separator of the ledger", [...CREATE, "--storefront", "a#b"]],
    ["a storefront that ends in a dash", [...CREATE, "--storefront", "shop-"]],
    ["an unknown scope", ["create", "--stage", "sandbox", "--storefront", "shop", "--name", "x", "--scopes", "admin"]],
    ["no scope", ["create", "--stage", "sandbox", "--storefront", "shop", "--name", "x", "--scopes", ""]],
    ["the browsers' tier", [...CREATE, "--storefront", "shop", "--tier", "browser"]],
  ])("refuse %s before anything is touched", async (_what, words) => {
    const { deps, seen } = setUp();
    const untouchable = { outputs: () => Promise.reject(new Error("was touched")) };
    await expect(keysCommand({ ...deps, stacks: untouchable }, words)).rejects.toBeInstanceOf(CalledWrongly);
    expect(seen.answers).toEqual([]);
  });

  it("explain themselves on --help", async () => {
    const { run, seen } = setUp();
    await run("--help");
    expect(seen.answers.join()).toContain("npm run keys -- create");
  });

  it("say what to do when the stage is not deployed in this account", async () => {
    const { deps, storefront } = setUp();
    const stacks = stacksOf({});
    await expect(keysCommand({ ...deps, stacks }, [...CREATE, "--storefront", storefront])).rejects.toThrow(
      /There is no stack MalipoStorefronts-sandbox .*AWS_PROFILE/,
    );
  });
});
