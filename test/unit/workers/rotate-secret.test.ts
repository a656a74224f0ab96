/** A rotation's four steps, against the stand-in for Secrets Manager: repeated, overtaken, run twice, and never too early. */
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addressSecrets, callbackToken, checkCallbackToken } from "../../../functions/daraja/callback-url.ts";
import { upcomingOf, Signing } from "../../../functions/domain/rotating.ts";
import { createSecretVersions } from "../../../functions/runtime/secret-versions.ts";
import type { RotationStep } from "../../../functions/runtime/rotation.ts";
import { HONOURED_MS, rotateSecret } from "../../../functions/workers/rotate-secret.ts";
import type { Change, Rotor } from "../../../functions/workers/rotate-secret.ts";
import { signingRotor } from "../../../functions/workers/rotate-signing.ts";
import { openAwsDoor } from "../../../sandbox/aws/door/aws-door.ts";
import type { AwsDoor } from "../../../sandbox/aws/door/aws-door.ts";
import { createRotations } from "../../../sandbox/aws/secrets/rotations.ts";
import { createSecretStore } from "../../../sandbox/aws/secrets/secret-store.ts";
import { createSecretsService } from "../../../sandbox/aws/secrets/secrets-service.ts";

const FIRST = "the first value that the stage ever had";
const quiet = (): void => undefined;

let door: AwsDoor;
let client: SecretsManagerClient;
beforeAll(async () => {
  door = await openAwsDoor();
  client = new SecretsManagerClient({
    endpoint: door.url,
    region: "af-south-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
});
afterAll(() => door.close());

let made = 0;

/** A secret and what rotates it. `rotor` stands in for what is particular about it. */
const setUp = (rotor: Rotor = signingRotor, value: object = { current: FIRST }) => {
  const time = { now: Date.parse("2026-01-01T00:00:00Z") };
  let ids = 0;
  const store = createSecretStore({ now: () => time.now, newId: () => `v${(ids += 1)}` });
  const rotations = createRotations({ store, retryDelaysMs: [], onTrouble: quiet });
  const newId = (): string => `v${(ids += 1)}`;
  door.connect("secretsmanager", { answer: createSecretsService({ store, newId, rotations }) });
  const arn = `arn:secret:${(made += 1)}`;
  store.ensure({ arn, name: arn }, () => JSON.stringify(value));
  const secret = store.find(arn)!;
  let fresh = 0;
  const rotate = rotateSecret({
    versions: createSecretVersions(client),
    rotorOf: (asked) => (asked === arn ? rotor : null),
    newValue: () => `a fresh value, number ${(fresh += 1)} of all`,
    clock: { now: () => time.now },
    log: { info: quiet, warn: quiet },
  });
  const labelled = (label: string) => secret.versions.find(({ stages }) => stages.includes(label));
  const valueOf = (label: string): Signing | null => {
    const text = labelled(label)?.value;
    return text === undefined || text === null ? null : Signing.parse(JSON.parse(text));
  };
  /** What Secrets Manager does before the first step. */
  const begin = (version: string): void => store.put(secret, { id: version, value: null, stages: ["AWSPENDING"] });
  const step = (name: RotationStep["step"], version: string) => rotate({ step: name, secret: arn, version });
  const through = async (version: string): Promise<void> => {
    begin(version);
    for (const name of STEPS) await step(name, version);
  };
  return { time, store, secret, arn, rotate, labelled, valueOf, begin, step, through };
};

const STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"] as const;
const token = (n: number): string => `version-${String(n).padStart(32, "0")}`;

describe("a rotation", () => {
  it("puts a fresh value in force, keeps the one before, and never forgets the first", async () => {
    const { through, valueOf, time } = setUp();
    await through(token(1));
    const second = valueOf("AWSCURRENT")!;
    expect(second).toEqual({
      current: upcomingOf({ current: FIRST }),
      previous: FIRST,
      lasting: FIRST,
      next: expect.any(String) as string,
    });
    time.now += HONOURED_MS;
    await through(token(2));
    expect(valueOf("AWSCURRENT")).toMatchObject({ previous: second.current, lasting: FIRST });
    expect(valueOf("AWSPREVIOUS")).toEqual(second);
  });

  it("comes out the same when every step is done twice, one after the other or at once", async () => {
    const { begin, step, valueOf, secret } = setUp();
    begin(token(1));
    for (const name of STEPS) {
      await Promise.all([step(name, token(1)), step(name, token(1))]);
      await step(name, token(1));
    }
    expect(valueOf("AWSCURRENT")).toMatchObject({ previous: FIRST });
    expect(secret.versions).toHaveLength(2);
  });

  it("leaves what is in force alone until its last step, whatever the others met", async () => {
    const { begin, step, valueOf } = setUp();
    begin(token(1));
    for (const name of STEPS.slice(0, 3)) {
      await step(name, token(1));
      expect(valueOf("AWSCURRENT")).toEqual({ current: FIRST });
    }
  });

  it("does not end when its test fails, though nobody asked for the test", async () => {
    const failing: Rotor = {
      ...signingRotor,
      test: () => Promise.reject(new Error("not everything is known under it")),
    };
    const { begin, step, valueOf } = setUp(failing);
    begin(token(1));
    await step("createSecret", token(1));
    await expect(step("finishSecret", token(1))).rejects.toThrow("not everything is known");
    expect(valueOf("AWSCURRENT")).toEqual({ current: FIRST });
  });

  it("prepares and tests the very value that comes into force", async () => {
    const seen: Change[] = [];
    const watching: Rotor = {
      ...signingRotor,
      prepare: (change) => Promise.resolve(void seen.push(change)),
      test: (change) => Promise.resolve(void seen.push(change)),
    };
    const { through, valueOf } = setUp(watching);
    await through(token(1));
    expect(new Set(seen.map(({ next }) => next.current))).toEqual(new Set([valueOf("AWSCURRENT")!.current]));
    expect(seen).toHaveLength(3);
  });

  it("is refused while the value before the one in force is young enough to be used", async () => {
    const { through, begin, step, valueOf, time } = setUp();
    await through(token(1));
    time.now += HONOURED_MS - 1;
    begin(token(2));
    await expect(step("createSecret", token(2))).rejects.toThrow(/less than seven days ago: rotate later/);
    expect(valueOf("AWSCURRENT")).toMatchObject({ previous: FIRST });
    time.now += 1;
    for (const name of STEPS) await step(name, token(2));
    expect(valueOf("AWSPREVIOUS")).toMatchObject({ previous: FIRST });
  });

  it("leaves a version alone that is not pending any more", async () => {
    const { through, begin, step, valueOf, time } = setUp();
    await through(token(1));
    const before = valueOf("AWSCURRENT");
    for (const name of STEPS) await step(name, token(1));
    time.now += HONOURED_MS;
    begin(token(2));
    await step("createSecret", token(2));
    begin(token(3));
    expect(valueOf("AWSCURRENT")).toEqual(before);
    await expect(step("finishSecret", token(2))).rejects.toThrow(/no such version/);
  });

  it("does not put back in force what was begun before somebody changed the secret", async () => {
    const { begin, step, store, secret, valueOf } = setUp();
    begin(token(1));
    await step("createSecret", token(1));
    const other = { current: "what a person stored by hand meanwhile" };
    store.put(secret, { id: "by-hand", value: JSON.stringify(other), stages: ["AWSCURRENT"] });
    for (const name of ["setSecret", "testSecret", "finishSecret"] as const)
      await expect(step(name, token(1))).rejects.toThrow(/does not follow the one in force/);
    expect(valueOf("AWSCURRENT")).toEqual(other);
  });

  it("is rehearsed with an empty version or with a copy, as when a schedule is made, and nothing happens", async () => {
    const { begin, step, store, secret, valueOf } = setUp();
    begin(token(1));
    await step("testSecret", token(1));
    store.put(secret, { id: token(1), value: JSON.stringify({ current: FIRST }), stages: ["AWSPENDING"] });
    await step("testSecret", token(1));
    await expect(step("finishSecret", token(1))).rejects.toThrow(/no value of its own/);
    expect(valueOf("AWSCURRENT")).toEqual({ current: FIRST });
  });

  it.each([
    ["a secret that is not its own", { secret: "arn:other", version: token(1) }, /does not rotate that secret/],
    ["a version that nobody began", { version: token(9) }, /no such version/],
  ] as const)("is refused for %s", async (_what, asked, message) => {
    const { rotate, arn } = setUp();
    await expect(rotate({ step: "createSecret", secret: arn, ...asked })).rejects.toThrow(message);
  });

  it("is refused, without a word of its value, for a secret that holds nothing usable", async () => {
    const { begin, step } = setUp(signingRotor, { current: "swordfish" });
    begin(token(1));
    const failed = (await step("createSecret", token(1)).catch((fault: unknown) => fault)) as Error;
    expect(failed.message).toMatch(/current version holds nothing usable/);
    expect(failed.message).not.toContain("swordfish");
  });
});

describe("addresses that were given to Safaricom", () => {
  const isHonoured = (kind: "stk" | "c2b-confirmation", signedUnder: Signing, checkedUnder: Signing): boolean =>
    checkCallbackToken({
      kind,
      id: "pay_1",
      token: callbackToken({ kind, id: "pay_1", secret: addressSecrets(kind, signedUnder).signsWith }),
      secrets: addressSecrets(kind, checkedUnder).honoured,
    });

  it("before a rotation are honoured until the next, and those that M-PESA keeps for good for ever", async () => {
    const { through, valueOf, time } = setUp();
    const lived = [{ current: FIRST } as Signing];
    for (let rotation = 1; rotation <= 5; rotation += 1) {
      time.now += HONOURED_MS;
      await through(token(rotation));
      lived.push(valueOf("AWSCURRENT")!);
    }
    const last = lived.at(-1)!;
    expect(lived.map((signing) => isHonoured("stk", signing, last))).toEqual([false, false, false, false, true, true]);
    for (const one of lived) for (const other of lived) expect(isHonoured("c2b-confirmation", one, other)).toBe(true);
  });
});
