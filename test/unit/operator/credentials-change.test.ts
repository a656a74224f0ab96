/** Credentials that are in use, changed in steps: what is in force stays so until the new ones were tried. */
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { Credentials } from "../../../functions/daraja/credentials.ts";
import { certificateFacts, certificateWords } from "../../../operator/certificate.ts";
import { piped, typedChanges } from "../../../operator/credential-input.ts";
import { credentialsCommand } from "../../../operator/credentials-command.ts";
import type { CredentialsDeps } from "../../../operator/credentials-deps.ts";
import { proveInitiator } from "../../../operator/prove-initiator.ts";
import type { Proof } from "../../../operator/prove-initiator.ts";
import { memoryVault, recordingTerminal, stacksOf } from "./fakes.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const CERTIFICATE = read("../../fixtures/expired-certificate.pem");
const OTHER_CERTIFICATE = read("../../../sandbox/daraja/certificate/certificate.pem");
const ARN = "arn:daraja";
const DAY_MS = 86_400_000;
const FIRST_DAY = Date.parse("2026-01-01T08:00:00Z");

const IN_USE = {
  consumer_key: "ck-9f27d1c4",
  consumer_secret: "cs-4471aa02",
  transaction_type: "CustomerPayBillOnline",
  shortcode: "174379",
  passkey: "pk-bfb279f9aa9b",
  initiator_name: "api",
  initiator_password: "ip-55c0",
  initiator_certificate: CERTIFICATE,
};
const NEW_PASSWORD = { initiator_password: "ip-new-91b7" };

const pipe = (given: object) => piped(Readable.from([Buffer.from(JSON.stringify(given))]));

const setUp = async (stored: object | null = IN_USE) => {
  const seen = recordingTerminal();
  const { vault, held } = memoryVault();
  const time = { now: FIRST_DAY };
  const world = { proof: { proof: "accepted" } as Proof, token: 200, asked: [] as Credentials[] };
  const run = async (action: string, given: object = {}): Promise<void> => {
    const deps: CredentialsDeps = {
      stacks: stacksOf(),
      vault,
      input: pipe(given),
      changes: pipe(given),
      prove: (_stage, credentials) => {
        world.asked.push(credentials);
        return Promise.resolve(world.proof);
      },
      fetch: () =>
        Promise.resolve(new Response('{"access_token":"t-77","expires_in":"3599"}', { status: world.token })),
      clock: { now: () => time.now },
      terminal: seen.terminal,
    };
    await credentialsCommand(deps, [action, "--stage", "sandbox"]);
  };
  if (stored !== null) await run("put", stored);
  const inForce = (): Credentials => Credentials.parse(JSON.parse(held.get(ARN) ?? "{}"));
  return { run, seen, vault, held, time, world, inForce };
};

describe("credentials that are proposed", () => {
  it("are kept beside those in force, with only what was given changed, and named without their values", async () => {
    const { run, seen, vault, held } = await setUp();
    const before = held.get(ARN);
    await run("propose", NEW_PASSWORD);
    expect(held.get(ARN)).toBe(before);
    const proposed = Credentials.parse(JSON.parse((await vault.readVersion(ARN, "pending"))!));
    expect(proposed).toEqual({
      ...Credentials.parse(IN_USE),
      initiator: { ...Credentials.parse(IN_USE).initiator!, password: NEW_PASSWORD.initiator_password },
    });
    expect(seen.answers).toContain("Changes: initiator_password.");
    expect(seen.all()).not.toContain(NEW_PASSWORD.initiator_password);
  });

  it.each([
    ["nothing differs", { consumer_key: IN_USE.consumer_key }, /these are the credentials in force/],
    ["a field is misspelt", { passkee: "x" }, /no field passkee/],
    ["the certificate is none", { initiator_certificate: "x" }, /initiator_certificate/],
  ])("are not kept when %s", async (_what, given, message) => {
    const { run, vault } = await setUp();
    await expect(run("propose", given)).rejects.toThrow(message);
    expect(await vault.readVersion(ARN, "pending")).toBeNull();
  });

  it("are asked for at the terminal field by field, but for which number they are for", async () => {
    const asked: string[] = [];
    const input = typedChanges((field) => {
      asked.push(field);
      return Promise.resolve("");
    });
    await input.read();
    expect(asked).toEqual([
      "consumer_key",
      "consumer_secret",
      "passkey",
      "initiator_name",
      "initiator_password",
      "initiator_certificate",
    ]);
  });
});

describe("promoting", () => {
  it("tries the proposed ones, puts them in force, and one command takes them back", async () => {
    const { run, world, inForce } = await setUp();
    await run("propose", NEW_PASSWORD);
    await run("promote");
    expect(world.asked.map(({ initiator }) => initiator?.password)).toEqual([NEW_PASSWORD.initiator_password]);
    expect(inForce().initiator?.password).toBe(NEW_PASSWORD.initiator_password);
    await run("roll-back");
    expect(inForce().initiator?.password).toBe(IN_USE.initiator_password);
    await run("roll-back");
    expect(inForce().initiator?.password).toBe(NEW_PASSWORD.initiator_password);
  });

  it.each([
    ["Daraja gives no token", { token: 400 }, /does not take the consumer key and secret/],
    [
      "M-PESA refuses the operator",
      { proof: { proof: "refused", code: "initiator_misconfigured" } },
      /Don't try again/,
    ],
    ["M-PESA does not answer", { proof: { proof: "silent" } }, /says nothing about the operator/],
    ["M-PESA can't be asked", { proof: { proof: "not_asked", because: "no slot" } }, /could not be asked \(no slot\)/],
  ] as const)("changes nothing when %s", async (_what, trouble, message) => {
    const { run, world, inForce, vault } = await setUp();
    await run("propose", NEW_PASSWORD);
    Object.assign(world, trouble);
    for (const step of ["test", "promote"]) await expect(run(step)).rejects.toThrow(message);
    expect(inForce().initiator?.password).toBe(IN_USE.initiator_password);
    expect(await vault.readVersion(ARN, "pending")).not.toBeNull();
  });

  it("asks M-PESA nothing for credentials without an operator", async () => {
    const { initiator_name: _n, initiator_password: _p, initiator_certificate: _c, ...without } = IN_USE;
    const { run, world, inForce } = await setUp(without);
    await run("propose", { consumer_secret: "cs-new" });
    await run("promote");
    expect(world.asked).toEqual([]);
    expect(inForce().consumerSecret).toBe("cs-new");
  });

  it.each(["test", "promote"])("%s says so when nothing is proposed", async (step) => {
    const { run } = await setUp();
    await expect(run(step)).rejects.toThrow(/Nothing is proposed.*propose --stage sandbox/);
  });

  it("can't be taken back when there was nothing before", async () => {
    const { run } = await setUp();
    await expect(run("roll-back")).rejects.toThrow(/no credentials of before; nothing was changed/);
  });
});

describe("the operator's password", () => {
  const daysOf = async (run: (action: string) => Promise<void>, answers: readonly string[]): Promise<string> => {
    await run("check");
    return answers.findLast((line) => line.startsWith("The initiator's password is of")) ?? "";
  };

  it("is as old as when it was first stored, whatever else is stored later", async () => {
    const { run, seen, time } = await setUp();
    time.now += 60 * DAY_MS;
    await run("put", { ...IN_USE, consumer_secret: "cs-new" });
    await run("propose", { passkey: "pk-new" });
    await run("promote");
    expect(await daysOf(run, seen.answers)).toMatch(/of 2026-01-01 or older: at most 30 of its 90 days are left/);
    await run("propose", NEW_PASSWORD);
    await run("promote");
    expect(await daysOf(run, seen.answers)).toMatch(/of 2026-03-02 or older: at most 90 of/);
    await run("roll-back");
    time.now += 31 * DAY_MS;
    expect(await daysOf(run, seen.answers)).toMatch(/its 90 days are over/);
  });

  it("of which nobody wrote down the day is said to be so", async () => {
    const { run, seen, held } = await setUp();
    held.set(ARN, JSON.stringify(IN_USE));
    await run("check");
    expect(seen.answers).toContainEqual(expect.stringMatching(/Nobody wrote down since when/));
  });
});

describe("the certificate", () => {
  it("is known by its key, with or without the paper around it", async () => {
    const { run, seen } = await setUp();
    await run("check");
    const { fingerprint } = certificateFacts(CERTIFICATE)!;
    expect(seen.answers).toContain(`The certificate's key: ${fingerprint}.`);
    expect(certificateFacts(OTHER_CERTIFICATE)!.fingerprint).not.toBe(fingerprint);
    expect(certificateFacts("no certificate")).toBeNull();
  });

  it("that is past its date or another than before is said to be so, and is no fault", async () => {
    const { run, seen } = await setUp({ ...IN_USE, initiator_certificate: OTHER_CERTIFICATE });
    await run("put", IN_USE);
    await run("check");
    expect(seen.answers).toContainEqual(expect.stringMatching(/past its date, .* That is no fault/));
    expect(seen.answers).toContainEqual(expect.stringMatching(/another than in the version before/));
    const future = certificateFacts(CERTIFICATE)!.validTo!.getTime() - 1;
    expect(certificateWords(CERTIFICATE, CERTIFICATE, future)).toHaveLength(1);
  });
});

describe("asking M-PESA in the operator's name", () => {
  const lane = (halt: unknown) =>
    Promise.resolve({ shortcode: "1", version: 1, halt, provenFor: null, probe: null } as never);
  const ask = (parts: { asked?: object; about?: string; answered?: string }) =>
    proveInitiator(
      {
        daraja: { accountBalance: () => Promise.resolve((parts.asked ?? { asked: "yes" }) as never) },
        lanes: {
          lane: () => lane(parts.about === undefined ? null : { code: "initiator_locked", about: parts.about }),
          balances: () => Promise.resolve((parts.answered === undefined ? null : { id: parts.answered }) as never),
        },
        newId: () => "bal_1",
        wait: () => Promise.resolve(),
      },
      "174379",
    );

  it("is accepted by balances, refused by a halt, both for this very question, and silent otherwise", async () => {
    expect(await ask({ answered: "bal_1" })).toEqual({ proof: "accepted" });
    expect(await ask({ about: "bal_1" })).toEqual({ proof: "refused", code: "initiator_locked" });
    expect(await ask({ about: "bal_2", answered: "bal_2" })).toEqual({ proof: "silent" });
    expect(await ask({ asked: { asked: "maybe", because: "timeout" }, answered: "bal_1" })).toEqual({
      proof: "accepted",
    });
    expect(await ask({ asked: { asked: "no", because: "no token" } })).toEqual({
      proof: "not_asked",
      because: "no token",
    });
  });
});
