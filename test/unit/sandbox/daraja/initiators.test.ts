/** Who may pay out: credentials that are really decrypted, wrong passwords that lock, roles that are missing. */
import { constants, generateKeyPairSync, publicEncrypt } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createCredentialReader } from "../../../../sandbox/daraja/core/security-credential.ts";
import { seen, type Json } from "./manual-world.ts";
import { ACCEPTED, AN_HOUR_MS, createPayoutWorld, credentialFor, PASSWORD } from "./payout-world.ts";

type World = ReturnType<typeof createPayoutWorld>;

/** What the Result of one payout with these changes says. */
const outcome = async (world: World, changes: Json = {}) => {
  const before = world.results().length;
  expect(seen(await world.pay(changes)), "M-PESA takes it whoever asks").toMatchObject(ACCEPTED);
  await world.clock.advance(AN_HOUR_MS);
  return world.results().slice(before)[0];
};
const wrong = { SecurityCredential: credentialFor("not the password") };
const change = (world: World, body: Json, name = "testapi") => world.control("POST", `initiators/${name}`, body);
const INVALID = { code: 2001, text: "The initiator information is invalid.", items: {} };
const LOCKED = { code: 8006, text: "The security credential is locked.", items: {} };

describe("a security credential", () => {
  test("is another one every time, and opens to the same password", () => {
    const [one, two] = [credentialFor(), credentialFor()];
    expect(one).not.toBe(two);
    expect([one, two].map(createCredentialReader())).toEqual([PASSWORD, PASSWORD]);
    expect(one).toHaveLength(344);
  });

  test("keeps every byte of the password", () => {
    const read = createCredentialReader();
    for (const password of ["", "#&%$", "Pässwörd", "\u0000zero\u0000", "x".repeat(245)])
      expect(read(credentialFor(password))).toBe(password);
  });

  test("with another padding, for another certificate, or of any bytes at all is none", () => {
    const read = createCredentialReader();
    const other = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const foreign = publicEncrypt(
      { key: other.publicKey, padding: constants.RSA_PKCS1_PADDING },
      Buffer.from(PASSWORD),
    );
    expect(read(credentialFor(PASSWORD, constants.RSA_PKCS1_OAEP_PADDING))).toBeNull();
    expect(read(foreign.toString("base64"))).toBeNull();
    expect(read(Buffer.alloc(256, 255).toString("base64"))).toBeNull();
    expect(read(Buffer.alloc(256).toString("base64"))).toBeNull();
    const ownKey = other.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    expect(createCredentialReader(ownKey)(foreign.toString("base64"))).toBe(PASSWORD);
  });

  test("is read right again after a thousand others", () => {
    const read = createCredentialReader();
    const mine = credentialFor();
    expect(read(mine)).toBe(PASSWORD);
    for (let count = 0; count < 1001; count += 1) read(`${"A".repeat(338)}${String(count).padStart(4, "0")}==`);
    expect(read(mine)).toBe(PASSWORD);
  });
});

describe("a wrong initiator", () => {
  test.each([
    ["another password", wrong],
    ["another name", { InitiatorName: "somebody" }],
    ["another padding", { SecurityCredential: credentialFor(PASSWORD, constants.RSA_PKCS1_OAEP_PADDING) }],
  ])("(%s) is found out in the result, with 2001, and no money moves", async (_what, changes) => {
    const world = createPayoutWorld();
    expect(await outcome(world, changes)).toMatchObject(INVALID);
    expect(await world.payouts()).toMatchObject([{ state: "failed", result_code: "2001", receipt: null }]);
    expect(await world.utility()).toBe(5_000_000);
  });

  test("locks after three tries, the right password included, until a person unlocks it", async () => {
    const world = createPayoutWorld();
    for (let count = 0; count < 3; count += 1) expect(await outcome(world, wrong)).toMatchObject(INVALID);
    expect(await outcome(world)).toMatchObject(LOCKED);
    expect(await outcome(world, wrong)).toMatchObject(LOCKED);
    expect(await change(world, { action: "unlock" })).toEqual({
      status: 200,
      body: { name: "testapi", locked: false, wrong_tries: 0, roles: ["b2c", "status", "balance", "reversal"] },
    });
    expect(await outcome(world)).toMatchObject({ code: 0 });
    expect(await outcome(world, wrong)).toMatchObject(INVALID);
    expect(await outcome(world)).toMatchObject({ code: 0 });
  });

  test("is forgiven by a right try, and has as many as initiator_tries says", async () => {
    const world = createPayoutWorld({ switches: { initiator_tries: 2 } });
    for (const changes of [wrong, {}, wrong, {}, wrong]) await outcome(world, changes);
    expect((await change(world, { password: PASSWORD })).body).toMatchObject({ locked: false, wrong_tries: 1 });
    await outcome(world, wrong);
    expect(await outcome(world)).toMatchObject(LOCKED);
  });

  test("is counted over all products and shortcodes", async () => {
    const world = createPayoutWorld();
    const { SecurityCredential } = wrong;
    await world.balance({ SecurityCredential });
    await world.status({ SecurityCredential, OriginalConversationID: "x" });
    await outcome(world, { ...wrong, PartyA: "174379" });
    expect(await outcome(world)).toMatchObject(LOCKED);
  });

  test("makes no difference to a duplicate, which is not tried", async () => {
    const world = createPayoutWorld();
    await outcome(world, { OriginatorConversationID: "x" });
    for (let count = 0; count < 5; count += 1) await world.pay({ OriginatorConversationID: "x", ...wrong });
    expect((await world.control("GET", "initiators")).body).toMatchObject({
      data: [{ locked: false, wrong_tries: 0 }],
    });
  });
});

describe("POST /simulator/initiators", () => {
  test("locks by hand, and changes the password", async () => {
    const world = createPayoutWorld();
    await change(world, { action: "lock" });
    expect(await outcome(world)).toMatchObject(LOCKED);
    const changed = await change(world, { action: "unlock", password: "a new one" });
    expect(JSON.stringify(changed)).not.toContain("a new one");
    expect(await outcome(world)).toMatchObject(INVALID);
    expect(await outcome(world, { SecurityCredential: credentialFor("a new one") })).toMatchObject({ code: 0 });
  });

  test("takes roles away: 21 for what is missing, everything else goes on", async () => {
    const world = createPayoutWorld();
    expect((await change(world, { roles: ["status"] })).body).toMatchObject({ roles: ["status"] });
    const denied = { code: 21, text: "The initiator is not allowed to initiate this request.", items: {} };
    expect(await outcome(world)).toMatchObject(denied);
    await world.balance();
    await world.clock.advance(AN_HOUR_MS);
    expect(world.results().at(-1)).toMatchObject({ code: "21" });
    expect(await world.lookUp({ OriginalConversationID: "pay_1" })).toMatchObject({ code: 0 });
    await change(world, { roles: ["b2c"] });
    expect(await outcome(world)).toMatchObject({ code: 0 });
    expect(await world.lookUp({ OriginalConversationID: "pay_1" })).toMatchObject({ code: 21 });
  });

  test.each([
    [{}, ""],
    [{ action: "dance" }, "/action"],
    [{ roles: ["king"] }, "/roles/0"],
    [{ password: "" }, "/password"],
    [{ pass: "x" }, "/pass"],
  ])("refuses %j", async (body, pointer) => {
    const answer = await change(createPayoutWorld(), body);
    expect(answer).toMatchObject({ status: 400 });
    expect((answer.body!["errors"] as Json[]).map((error) => error["pointer"])).toContain(pointer);
  });

  test("knows only who is there", async () => {
    expect(await change(createPayoutWorld(), { action: "unlock" }, "nobody")).toMatchObject({ status: 404 });
  });

  test("others than the published one can be given", async () => {
    const world = createPayoutWorld({ initiators: [{ name: "payroll", password: "secret" }] });
    const own = { InitiatorName: "payroll", SecurityCredential: credentialFor("secret") };
    expect(await outcome(world, own)).toMatchObject({ code: 0 });
    expect(await outcome(world)).toMatchObject(INVALID);
  });
});
