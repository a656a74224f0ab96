import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { Credentials } from "../../../functions/daraja/credentials.ts";
import type { Fetch } from "../../../functions/daraja/exchange.ts";
import { piped, readCertificate, typed } from "../../../operator/credential-input.ts";
import type { CredentialInput } from "../../../operator/credential-input.ts";
import { credentialsCommand } from "../../../operator/credentials-command.ts";
import type { CredentialsDeps } from "../../../operator/credentials-deps.ts";
import { memoryVault, recordingTerminal, stacksOf } from "./fakes.ts";

const SECRETS = {
  consumer_key: "ck-9f27d1c4",
  consumer_secret: "cs-4471aa02",
  passkey: "pk-bfb279f9aa9b",
};
const CERTIFICATE_FILE = fileURLToPath(new URL("../../fixtures/expired-certificate.pem", import.meta.url));
const CERTIFICATE = readFileSync(CERTIFICATE_FILE, "utf8");
const INITIATOR = { initiator_name: "api", initiator_password: "ip-55c0", initiator_certificate: CERTIFICATE };
const PAYBILL = { ...SECRETS, transaction_type: "CustomerPayBillOnline", shortcode: "174379" };

const answering =
  (status: number, body: string, asked: string[] = []): Fetch =>
  (url) => {
    asked.push(url);
    return Promise.resolve(new Response(body, { status }));
  };

const pipe = (text: string): CredentialInput => piped(Readable.from([Buffer.from(text)]));

interface Given {
  input?: CredentialInput;
  changes?: CredentialInput;
  prove?: CredentialsDeps["prove"];
  fetch?: Fetch;
  stored?: string;
}

const setUp = (options: Given = {}) => {
  const seen = recordingTerminal();
  const { vault, held } = memoryVault(options.stored === undefined ? {} : { "arn:daraja": options.stored });
  const deps = {
    stacks: stacksOf(),
    vault,
    input: options.input ?? pipe(JSON.stringify(PAYBILL)),
    changes: options.changes ?? pipe("{}"),
    prove: options.prove ?? (() => Promise.resolve({ proof: "accepted" } as const)),
    fetch: options.fetch ?? answering(200, '{"access_token":"t-77","expires_in":"3599"}'),
    clock: { now: () => 0 },
    terminal: seen.terminal,
  };
  const put = () => credentialsCommand(deps, ["put", "--stage", "sandbox"]);
  const check = () => credentialsCommand(deps, ["check", "--stage", "sandbox"]);
  return { put, check, seen, held, deps };
};

const fingerprintIn = (text: string) => /Fingerprint: (\S+)/.exec(text)?.[1];

describe("npm run credentials -- put", () => {
  it("stores what came through the pipe in the form that the gateway reads", async () => {
    const { put, held } = setUp();
    await put();
    expect(Credentials.parse(JSON.parse(held.get("arn:daraja")!))).toMatchObject({
      consumerKey: SECRETS.consumer_key,
      passkey: SECRETS.passkey,
      shortcode: "174379",
      receiver: "174379",
    });
  });

  it("prints which fields were set and no value of a secret one", async () => {
    const { put, seen } = setUp();
    await put();
    expect(seen.answers).toContain("Set: consumer_key, consumer_secret, transaction_type, shortcode, passkey.");
    for (const secret of Object.values(SECRETS)) expect(seen.all()).not.toContain(secret);
  });

  it("stores an initiator with its certificate, expired or not, and shows neither password nor certificate", async () => {
    const { put, held, seen } = setUp({ input: pipe(JSON.stringify({ ...PAYBILL, ...INITIATOR })) });
    await put();
    expect(Credentials.parse(JSON.parse(held.get("arn:daraja")!)).initiator).toEqual({
      name: "api",
      password: INITIATOR.initiator_password,
      certificate: CERTIFICATE.trim(),
    });
    expect(seen.all()).toContain("initiator_name, initiator_password, initiator_certificate");
    for (const hidden of [INITIATOR.initiator_password, "BEGIN", "MII"]) expect(seen.all()).not.toContain(hidden);
  });

  it("gives the same credentials the same fingerprint, however they were written", async () => {
    const one = setUp();
    const two = setUp({
      input: pipe(
        JSON.stringify({ initiator_name: "", ...PAYBILL, shortcode: 174379, passkey: ` ${SECRETS.passkey} ` }),
      ),
    });
    const other = setUp({ input: pipe(JSON.stringify({ ...PAYBILL, passkey: "another" })) });
    await Promise.all([one.put(), two.put(), other.put()]);
    expect(fingerprintIn(one.seen.all())).toBeDefined();
    expect(fingerprintIn(two.seen.all())).toBe(fingerprintIn(one.seen.all()));
    expect(fingerprintIn(other.seen.all())).not.toBe(fingerprintIn(one.seen.all()));
  });

  it.each([
    ["a field is missing", { ...PAYBILL, passkey: undefined }, "passkey"],
    ["a field is misspelt", { ...PAYBILL, passkee: "x" }, "passkee"],
    ["the shortcode is a word", { ...PAYBILL, shortcode: "paybill" }, "shortcode"],
    ["a till lacks its number", { ...PAYBILL, transaction_type: "CustomerBuyGoodsOnline" }, "till"],
    ["a paybill has a till", { ...PAYBILL, till: "600123" }, "till"],
    ["the kind is unknown", { ...PAYBILL, transaction_type: "Paybill" }, "transaction_type"],
    ["an initiator lacks its password", { ...PAYBILL, ...INITIATOR, initiator_password: "" }, "initiator_password"],
    [
      "an initiator lacks its certificate",
      { ...PAYBILL, ...INITIATOR, initiator_certificate: undefined },
      "missing: initiator_certificate",
    ],
    ["a certificate has no initiator", { ...PAYBILL, initiator_certificate: CERTIFICATE }, "initiator_name"],
    ["the certificate is none", { ...PAYBILL, ...INITIATOR, initiator_certificate: "x" }, "initiator_certificate"],
    [
      "the certificate is broken",
      { ...PAYBILL, ...INITIATOR, initiator_certificate: CERTIFICATE.replace("MII", "") },
      "initiator_certificate",
    ],
    [
      "the password is too long",
      { ...PAYBILL, ...INITIATOR, initiator_password: "p".repeat(300) },
      "initiator_password",
    ],
    ["it is a list", [PAYBILL], "object"],
  ])("stores nothing when %s, and names the field", async (_what, given, named) => {
    const { put, held, seen } = setUp({ input: pipe(JSON.stringify(given)) });
    const failed = await put().catch((fault: unknown) => fault);
    expect((failed as Error).name).toBe("NotDone");
    expect((failed as Error).message).toMatch(/^Nothing was stored/);
    expect((failed as Error).message).toContain(named);
    for (const secret of Object.values(SECRETS))
      expect(`${(failed as Error).message}${seen.all()}`).not.toContain(secret);
    expect(held.size).toBe(0);
  });

  it("stores nothing when the pipe carries something else, and does not repeat it", async () => {
    const { put, held } = setUp({ input: pipe(`consumer_secret=${SECRETS.consumer_secret}`) });
    const failed = (await put().catch((fault: unknown) => fault)) as Error;
    expect(failed.message).toMatch(/is not JSON/);
    expect(failed.message).not.toContain(SECRETS.consumer_secret);
    expect(held.size).toBe(0);
  });

  it("stops reading a pipe that has no end", async () => {
    const flood = function* () {
      for (;;) yield Buffer.alloc(4096, "a");
    };
    const { put } = setUp({ input: piped(Readable.from(flood())) });
    await expect(put()).rejects.toThrow(/more than/);
  });

  it("asks nobody for credentials of a stage that is not there", async () => {
    const asked: string[] = [];
    const input = { read: () => Promise.resolve(asked.push("asked")) };
    const { deps } = setUp({ input });
    await expect(credentialsCommand({ ...deps, stacks: stacksOf({}) }, ["put", "--stage", "sandbox"])).rejects.toThrow(
      /no stack MalipoData-sandbox/,
    );
    expect(asked).toEqual([]);
  });
});

describe("credentials that a person types", () => {
  const answers = {
    ...PAYBILL,
    till: "600123",
    initiator_name: "",
    initiator_password: "never asked",
    initiator_certificate: "never asked",
  };

  it("are asked for field by field, without questions that make no sense for a paybill", async () => {
    const asked: string[] = [];
    const input = typed((field) => {
      asked.push(field);
      return Promise.resolve(answers[field]);
    });
    const { put, held } = setUp({ input });
    await put();
    expect(asked).not.toContain("till");
    expect(asked).not.toContain("initiator_password");
    expect(asked).not.toContain("initiator_certificate");
    expect(JSON.parse(held.get("arn:daraja")!)).toEqual(PAYBILL);
  });

  it("are asked for the till when customers pay to one", async () => {
    const input = typed((field) =>
      Promise.resolve(field === "transaction_type" ? "CustomerBuyGoodsOnline" : answers[field]),
    );
    const { put, held } = setUp({ input });
    await put();
    expect(Credentials.parse(JSON.parse(held.get("arn:daraja")!)).receiver).toBe("600123");
  });

  it("include the initiator's three fields when there is one", async () => {
    const input = typed((field) => Promise.resolve({ ...answers, ...INITIATOR }[field]));
    const { put, held } = setUp({ input });
    await put();
    expect(Credentials.parse(JSON.parse(held.get("arn:daraja")!)).initiatorLacks).toEqual([]);
  });

  it("are forgotten when the person breaks off", async () => {
    const input = typed(() => Promise.reject(Object.assign(new Error("bye"), { name: "ExitPromptError" })));
    const { put, held } = setUp({ input });
    await expect(put()).rejects.toThrow(/Broken off; nothing was stored/);
    expect(held.size).toBe(0);
  });
});

describe("the certificate's file", () => {
  it("is read as it is, with blanks around its path forgiven", async () => {
    expect(await readCertificate(` ${CERTIFICATE_FILE} `)).toEqual({ pem: CERTIFICATE });
  });

  it("is refused with a reason when it is missing, no file, too large or no certificate", async () => {
    const folder = mkdtempSync(join(tmpdir(), "malipo-certificate-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const reasons = [
      [join(folder, "none.pem"), /can't be read \(ENOENT\)/],
      ["-----BEGIN CERTIFICATE-----", /can't be read/],
      [folder, /no file/],
      ["/dev/zero", /no file/],
      [file("large.pem", CERTIFICATE + "x".repeat(12_000)), /too large/],
      [file("binary.cer", "\u0000\u0001"), /no certificate in PEM form/],
      [file("key.pem", "-----BEGIN PRIVATE KEY-----\nhush\n-----END PRIVATE KEY-----"), /no certificate in PEM form/],
    ] as const;
    for (const [path, because] of reasons) {
      const read = await readCertificate(path);
      expect("because" in read ? read.because : "it was read").toMatch(because);
      expect(JSON.stringify(read)).not.toContain("hush");
    }
  });
});

describe("npm run credentials -- check", () => {
  const stored = JSON.stringify(PAYBILL);

  it("asks Safaricom's sandbox for one token and shows none of it", async () => {
    const asked: string[] = [];
    const fetch = answering(200, '{"access_token":"t-77","expires_in":"3599"}', asked);
    const { check, seen } = setUp({ stored, fetch });
    await check();
    expect(asked).toEqual(["https://sandbox.safaricom.co.ke/oauth/v1/generate?grant_type=client_credentials"]);
    expect(seen.answers.at(-1)).toContain("gave a token");
    for (const secret of [...Object.values(SECRETS), "t-77"]) expect(seen.all()).not.toContain(secret);
  });

  it("shows the fingerprint that storing them showed", async () => {
    const storing = setUp();
    await storing.put();
    const checking = setUp({ stored: storing.held.get("arn:daraja")! });
    await checking.check();
    expect(fingerprintIn(checking.seen.all())).toBe(fingerprintIn(storing.seen.all()));
  });

  it("says that nothing is stored yet, and how to store it", async () => {
    const { check } = setUp();
    await expect(check()).rejects.toThrow(/no Daraja credentials yet.*npm run credentials -- put --stage sandbox/);
  });

  it.each(["", "{}", "not json", '{"consumer_key":"ck-9f27d1c4"}'])("calls %j unusable", async (text) => {
    const { check } = setUp({ stored: text });
    await expect(check()).rejects.toThrow(/not usable/);
  });

  it("says which part of an initiator is missing", async () => {
    const { check } = setUp({ stored: JSON.stringify({ ...PAYBILL, ...INITIATOR, initiator_certificate: "" }) });
    await expect(check()).rejects.toThrow(/missing: initiator_certificate/);
  });

  it("tries the initiator's encryption, and says that only M-PESA can try its password", async () => {
    const { check, seen } = setUp({ stored: JSON.stringify({ ...PAYBILL, ...INITIATOR }) });
    await check();
    expect(seen.answers.at(-1)).toMatch(/password can be encrypted/);
    expect(seen.said.at(-1)).toMatch(/could lock it/);
  });

  it("reads past what is not ours, as the gateway does", async () => {
    const { check, seen } = setUp({ stored: JSON.stringify({ ...PAYBILL, note: "by hand" }) });
    await check();
    expect(seen.answers.at(-1)).toContain("gave a token");
  });

  it("blames the credentials when Daraja refuses them", async () => {
    const { check } = setUp({ stored, fetch: answering(400, "") });
    await expect(check()).rejects.toThrow(/does not take the consumer key and secret.*Compare both/);
  });

  it("does not blame the credentials when Daraja is away", async () => {
    const { check } = setUp({ stored, fetch: answering(503, "<html></html>") });
    await expect(check()).rejects.toThrow(/says nothing about the credentials/);
  });
});
