/** `npm run rotate`, against the stand-in for Secrets Manager. */
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPhoneVault, PhoneKeysSecret } from "../../../functions/store/phone-vault.ts";
import { rotateCommand } from "../../../operator/rotate-command.ts";
import { secretsManagerVersions } from "../../../operator/secret-versions.ts";
import { openAwsDoor } from "../../../sandbox/aws/door/aws-door.ts";
import type { AwsDoor } from "../../../sandbox/aws/door/aws-door.ts";
import { createRotations } from "../../../sandbox/aws/secrets/rotations.ts";
import { createSecretStore } from "../../../sandbox/aws/secrets/secret-store.ts";
import { createSecretsService } from "../../../sandbox/aws/secrets/secrets-service.ts";
import { recordingTerminal, stacksOf } from "./fakes.ts";

let door: AwsDoor;
beforeAll(async () => {
  door = await openAwsDoor();
});
afterAll(() => door.close());

const KEY = (n: number): string => `phone key number ${n}, of more than thirty characters`;

const setUp = () => {
  let ids = 0;
  const newId = (): string => `v${(ids += 1)}`;
  const store = createSecretStore({ now: () => 0, newId });
  const rotations = createRotations({ store, retryDelaysMs: [], onTrouble: () => undefined });
  door.connect("secretsmanager", { answer: createSecretsService({ store, newId, rotations }) });
  for (const arn of ["arn:signing", "arn:phones"])
    store.ensure({ arn, name: arn }, () => JSON.stringify({ current: KEY(0) }));
  const vault = secretsManagerVersions(
    new SecretsManagerClient({
      endpoint: door.url,
      region: "af-south-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
    }),
  );
  const seen = recordingTerminal();
  let fresh = 0;
  let waited = 0;
  const deps = {
    stacks: stacksOf(),
    vault,
    newValue: () => KEY((fresh += 1)),
    wait: () => Promise.resolve(void (waited += 1)),
    terminal: seen.terminal,
  };
  const run = (...words: string[]) => rotateCommand(deps, [...words, "--stage", "sandbox"]);
  const keys = async () => PhoneKeysSecret.parse(JSON.parse((await vault.read("arn:phones"))!));
  return { run, seen, store, rotations, vault, keys, waited: () => waited };
};

describe("npm run rotate -- phones", () => {
  it("seals with a new key each time, reads what any key before has sealed, and finds everybody as ever", async () => {
    const { run, keys, seen } = setUp();
    const hashes: string[] = [];
    const sealed: Uint8Array[] = [];
    for (let rotation = 0; rotation < 5; rotation += 1) {
      const held = await keys();
      const phones = createPhoneVault(() => Promise.resolve(held));
      hashes.push(await phones.hash("254700000000"));
      sealed.push(await phones.seal(Buffer.from(`sealed ${rotation}`), "pay_1"));
      await run("phones");
    }
    expect(new Set(hashes).size).toBe(1);
    const last = await keys();
    const phones = createPhoneVault(() => Promise.resolve(last));
    const opened = await Promise.all(
      sealed.map(async (one) => Buffer.from(await phones.open(one, "pay_1")).toString()),
    );
    expect(opened).toEqual([0, 1, 2, 3, 4].map((rotation) => `sealed ${rotation}`));
    expect(seen.all()).not.toContain("phone key number");
  });

  it("changes nothing when what is stored is unusable", async () => {
    const { run, vault } = setUp();
    await vault.write("arn:phones", "{}");
    await expect(run("phones")).rejects.toThrow(/nothing was changed/);
    expect(await vault.read("arn:phones")).toBe("{}");
  });
});

describe("npm run rotate -- signing", () => {
  it("has the stage's function do it, and waits for its end", async () => {
    const { run, seen, store, rotations } = setUp();
    rotations.connect("arn:signing", {
      invoke: (event) => {
        const { Step, ClientRequestToken: id } = event as { Step: string; ClientRequestToken: string };
        const secret = store.find("arn:signing")!;
        if (Step === "createSecret") store.put(secret, { id, value: "{}", stages: ["AWSPENDING"] });
        if (Step === "finishSecret") store.moveStage(secret, { stage: "AWSCURRENT", from: "v1", to: id });
        return Promise.resolve({ ok: true, requestId: "", payload: null });
      },
    });
    await run("signing");
    expect(seen.answers).toEqual(["The signing secret was rotated. Running functions follow by themselves."]);
  });

  it("says where to look when it does not come to its end", async () => {
    const { run, rotations, waited } = setUp();
    rotations.connect("arn:signing", {
      invoke: () => Promise.resolve({ ok: false, requestId: "", error: { errorType: "Error", errorMessage: "no" } }),
    });
    await expect(run("signing")).rejects.toThrow(/not rotated within 5 minutes.*log of the function rotate-secret/);
    expect(waited()).toBeGreaterThan(100);
  });
});

describe("npm run rotate -- signing --leaked", () => {
  it("leaves nothing of before to be honoured, and says what is left to do", async () => {
    const { run, seen, vault } = setUp();
    const before = { current: KEY(0), previous: KEY(8), lasting: KEY(9) };
    await vault.write("arn:signing", JSON.stringify(before));
    await run("signing", "--leaked");
    expect(JSON.parse((await vault.read("arn:signing"))!)).toEqual({ current: KEY(1) });
    expect(seen.said.at(-1)).toContain("npm run c2b -- register --stage sandbox");
    expect(seen.all()).not.toContain("phone key number");
  });

  it.each(["pepper", "phones"])("is not for %s", async (name) => {
    await expect(setUp().run(name, "--leaked")).rejects.toThrow(/signing secret alone/);
  });
});

it("says which secrets there are", async () => {
  const { run } = setUp();
  await expect(run("daraja")).rejects.toThrow(/signing, pepper or phones/);
});
