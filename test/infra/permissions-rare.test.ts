/**
 * What functions do seldom, done in each one's name: the store's own code with the function's role, on tables that hold
 * next to nothing. A refusal would show on the one day that matters. What is listed here no story reaches for sure; each
 * entry says when it happens.
 */
import { randomUUID } from "node:crypto";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Evidence } from "../../functions/domain/evidence.ts";
import { Cents } from "../../functions/domain/money.ts";
import { parseMsisdn } from "../../functions/domain/msisdn.ts";
import type { ToldPayment } from "../../functions/domain/told-payment.ts";
import { createHurry } from "../../functions/runtime/consumer.ts";
import { createReplay } from "../../functions/runtime/idempotency.ts";
import { createQueue } from "../../functions/runtime/queue.ts";
import { createSharedToken, createSlotItems } from "../../functions/store/coordination.ts";
import { createDirectory } from "../../functions/store/dynamo-directory.ts";
import { createBatchLedger } from "../../functions/store/dynamo-batches.ts";
import { createLaneLedger } from "../../functions/store/dynamo-lanes.ts";
import { createLedger } from "../../functions/store/dynamo-ledger.ts";
import { createPayoutLedger } from "../../functions/store/dynamo-payouts.ts";
import { createSocketBook } from "../../functions/store/dynamo-sockets.ts";
import { createToldLedger } from "../../functions/store/dynamo-told.ts";
import type { LedgerDeps } from "../../functions/store/ledger-deps.ts";
import { readItem, readItems } from "../../functions/store/read.ts";
import { transact } from "../../functions/store/transact.ts";
import { createWebhookTurns } from "../../functions/store/webhook-turns.ts";
import type { FunctionSpec } from "../../lib/function-spec.ts";
import { FUNCTIONS } from "../../lib/functions.ts";
import type { FunctionName } from "../../lib/functions.ts";
import { findResource, openAccount } from "./local-stage.ts";
import type { Account } from "./local-stage.ts";

let account: Account;
beforeAll(async () => {
  account = await openAccount();
});
afterAll(() => account.close());

const clock = { now: () => Date.parse("2026-01-01T09:00:00Z") };
const patience = { wait: () => Promise.resolve(), random: () => 0 };
const SHORTCODE = "174379";
const PAYMENT = "pay_00000000000000000000000000";

const specs = Object.entries(FUNCTIONS) as readonly (readonly [FunctionName, FunctionSpec])[];
const namesOf = (wanted: (uses: FunctionSpec["uses"]) => boolean): readonly FunctionName[] =>
  specs.flatMap(([name, { uses }]) => (wanted(uses) ? [name] : []));

const coordinationOf = (name: FunctionName) => ({
  dynamo: account.as(name).dynamo,
  table: account.table("Coordination"),
  clock,
  ...patience,
});
const ledgerOf = (name: FunctionName): LedgerDeps => ({
  dynamo: account.as(name).dynamo,
  tables: { transactions: account.table("Transactions"), coordination: account.table("Coordination") },
  vault: {
    hash: (text) => Promise.resolve(text),
    seal: (plain) => Promise.resolve(plain),
    open: (sealed) => Promise.resolve(sealed),
    sealText: (raw) => Promise.resolve(Buffer.from(raw)),
    openText: (sealed) => Promise.resolve(Buffer.from(sealed).toString()),
  },
  clock,
  newToken: randomUUID,
  ...patience,
});

/** What the tables answer may be too little to go on with; only a refusal is a fault here. */
const goes = async (...steps: readonly (() => Promise<unknown>)[]): Promise<void> => {
  for (const step of steps)
    await step().catch((fault: unknown) => {
      if (fault instanceof Error && fault.name === "AccessDeniedException") throw fault;
    });
  expect(account.denials()).toEqual([]);
};

describe("when the token has run out, or Daraja was too busy", () => {
  const callers = namesOf(({ daraja }) => daraja !== undefined && daraja !== "credentials" && daraja !== "watch");

  it.each(callers)("%s may have a new one fetched, and slows the lane", async (name) => {
    const token = createSharedToken(coordinationOf(name), `sandbox#${SHORTCODE}`);
    const slots = createSlotItems(coordinationOf(name), `sandbox#${SHORTCODE}`);
    const pace = { tat: 1, factor: 0.5, slowedAt: 1 };
    await goes(
      () => token.read(),
      () => token.lease({ seen: 0, holder: "one", leaseMs: 1_000 }),
      () => token.store({ token: "t", expiresAt: 1, generation: 1 }, 1),
      () => token.release(1),
      () => slots.advance("stk", { byMs: 1, slowedAt: 1, from: 0, to: 1 }),
      () => slots.swap("stk", { expected: null, next: pace }),
    );
  });
});

describe("when M-PESA locks the operator", () => {
  const callers = namesOf(
    ({ daraja, transactions }) => daraja === "pay" && transactions?.indexes.includes("by_push") === true,
  );

  it.each(callers)("%s may halt the lane and stop the batches", async (name) => {
    const lanes = createLaneLedger(ledgerOf(name));
    const halted = { halt: null, provenFor: null, probe: null };
    await goes(
      () => lanes.lane(SHORTCODE),
      () => lanes.changeLane({ shortcode: SHORTCODE, version: 0, ...halted }, halted),
      () => createBatchLedger(ledgerOf(name)).live(),
    );
  });

  it.each(namesOf(({ queues }) => queues?.batches?.includes("send") === true))("%s may wake who tends them", (name) =>
    goes(() => queueOf(name, "PayoutsTendQueue").send([{ batch: "bat_1" }])),
  );
});

describe("when a payment is told by its receipt alone", () => {
  const told = (reference: string): ToldPayment => ({
    source: "query",
    receipt: "TAB1234567",
    amount: Cents.parse(10_000),
    shortcode: SHORTCODE,
    reference,
    payer: { phone: null, name: null },
    paidAt: clock.now(),
    at: clock.now(),
    by: "safaricom",
    requestId: "req_1",
    raw: null,
  });
  const directoryOf = (name: FunctionName) =>
    createDirectory({
      dynamo: account.as(name).dynamo,
      table: account.table("Directory"),
      pepper: () => Promise.resolve({ current: "" }),
      clock,
      randomBytes: (count) => new Uint8Array(count),
      newToken: randomUUID,
      ...patience,
    });
  /** Statements are listed by time too; who takes them in looks for no payment. */
  const may = (index: "by_time" | "by_reference") =>
    namesOf(
      ({ directory, transactions }) => directory === "list" && transactions?.indexes.includes(index) === true,
    ).filter((name) => name !== "statements");

  it.each(may("by_time"))("%s may look for it among those of its time, on a till", async (name) => {
    await goes(() => createToldLedger(ledgerOf(name)).twins(told(""), ["demo"]));
  });

  it.each(may("by_reference"))("%s may look for it under its reference, whoever's storefront that is", async (name) => {
    const ledger = createToldLedger(ledgerOf(name));
    await goes(
      () => directoryOf(name).storefronts(),
      () => ledger.twins(told("INV-1"), ["demo"]),
      () => ledger.isKnownReference("INV-1", ["demo"]),
    );
  });
});

describe("when somebody else was faster", () => {
  /** Whoever writes over what it has read or guessed, but for who adds to a list of its own. */
  const writers = namesOf(
    ({ transactions }) => transactions?.access.includes("get") === true && transactions.access.includes("update"),
  );

  it.each(writers)("%s may read what refused its write", async (name) => {
    await goes(() => readItem(ledgerOf(name), PAYMENT));
  });

  it.each(["verify-payment", "sweep", "stk-callback"] as const)(
    "%s may keep a word that changes nothing",
    async (name) => {
      const { now } = clock;
      const evidence: Evidence = {
        ...{ finding: "unknown", because: "somebody was faster", source: "query" },
        ...{ at: now(), by: "safaricom", requestId: "req_1", raw: "{}" },
      };
      const told = createToldLedger(ledgerOf(name));
      await goes(() => told.keep({ about: PAYMENT, history: [], evidence, because: "it is settled" }));
    },
  );

  it.each(["start-payment", "pay-checkout", "live", "import-batch", "results"] as const)(
    "%s may read several payments or payouts at once",
    async (name) => {
      await goes(() => readItems(ledgerOf(name), [PAYMENT]));
    },
  );

  const CONSUMED = {
    "dispatch-payouts": "PayoutsSendQueue",
    "tend-batch": "PayoutsTendQueue",
    "deliver-webhooks": "WebhooksSendQueue",
    "close-day": "DaysCloseQueue",
  } as const;

  it.each(Object.entries(CONSUMED) as [keyof typeof CONSUMED, string][])(
    "%s may give a message back to %s for a while",
    async (name, queue) => {
      const hurry = createHurry({ sqs: () => account.as(name).sqs, url: () => account.queue(queue) });
      await goes(() => hurry([{ receipt: "r", afterSeconds: 1 }]));
    },
  );

  it("close-day may put a day back on its queue", () =>
    goes(() => queueOf("close-day", "DaysCloseQueue").send([{ day: "2026-01-01" }])));
});

describe("when a list is asked for in another way", () => {
  const page = { storefront: "demo", limit: 1, cursor: null };
  const phone = parseMsisdn("254700000000");

  it("read-payments may list by time", () =>
    goes(() => createLedger(ledgerOf("read-payments")).list({ ...page, filters: {} })));

  it("read-payouts may list by time, phone and reference, and show the balance", async () => {
    if (!phone.ok) throw new Error("that is no phone number");
    const payouts = createPayoutLedger(ledgerOf("read-payouts"));
    await goes(
      () => payouts.list({ ...page, filters: {} }),
      () => payouts.list({ ...page, filters: { phone: phone.msisdn } }),
      () => payouts.list({ ...page, filters: { reference: "INV-1" } }),
      () => createLaneLedger(ledgerOf("read-payouts")).balances(SHORTCODE),
    );
  });
});

describe("when a start is refused", () => {
  it.each(namesOf(({ idempotency }) => idempotency !== undefined))("%s may forget its answer", async (name) => {
    const replay = createReplay({
      table: () => account.table("Idempotency"),
      client: () => account.as(name).dynamo,
      context: () => ({ getRemainingTimeInMillis: () => 10_000 }) as never,
      down: () => undefined,
    });
    const claim = { storefront: "demo", operation: "start", key: "k", fingerprint: "f" };
    await goes(() =>
      replay(
        claim,
        () => Promise.resolve("refused"),
        () => undefined,
      ),
    );
  });
});

describe("when somebody left", () => {
  it("notify may forget a socket that is gone", async () => {
    const gone = { subject: PAYMENT, connection: "c", since: 1 };
    await goes(() => createSocketBook(coordinationOf("notify")).forget(PAYMENT, [gone]));
  });

  it("webhooks may forget how an endpoint behaved that is switched on again", async () => {
    const turns = createWebhookTurns({ ...coordinationOf("webhooks"), table: account.table("Webhooks") });
    await goes(() => turns.forget("whe_1"));
  });
});

describe("when the pepper rotates for the second time", () => {
  it("rotate-secret may take the places of before away from keys that have newer ones", async () => {
    const deps = { ...ledgerOf("rotate-secret"), table: account.table("Directory") };
    const key = (action: string, pk: string) => ({ [action]: { TableName: deps.table, Key: { pk: { S: pk } } } });
    await goes(() => transact(deps, [key("Delete", "key#of-two-peppers-ago")]));
  });
});

describe("when a secret is needed seldom", () => {
  it.each([
    ["statements", "PhoneKeysSecret", "to seal where the next page of a list begins"],
    ["read-payouts", "PhoneKeysSecret", "to seal where the next page of a list begins"],
    ["read-payouts", "DarajaSecret", "to know whose balance to show"],
    ["sweep-payouts", "PhoneKeysSecret", "to keep the text of an answer that opened an exception"],
    ["close-day", "PhoneKeysSecret", "to keep the phone of a payment that only the statement tells"],
    ["steer-batch", "SigningSecret", "to make the address that the answer about the balance comes to"],
    ["steer-batch", "DarajaSecret", "to ask for the balance"],
  ] as const)("%s may read %s %s", async (...[name, secret]) => {
    const secrets = new SecretsManagerClient(account.clientOf(name));
    const SecretId = findResource(account.deployment, "AWS::SecretsManager::Secret", secret).ref;
    await goes(() => secrets.send(new GetSecretValueCommand({ SecretId })));
  });
});

const queueOf = (name: FunctionName, queue: string) =>
  createQueue({ sqs: () => account.as(name).sqs, url: () => account.queue(queue), ...patience });
