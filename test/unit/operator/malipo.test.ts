/** `npm run malipo`: what a developer types, sees, and what reaches the shop. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { createMalipo, verifyWebhook } from "../../../web/client/src/malipo.ts";
import { malipoCommand } from "../../../operator/malipo/malipo-command.ts";
import type { MalipoDeps } from "../../../operator/malipo/deps.ts";
import { paintFor, plain } from "../../../operator/malipo/paint.ts";
import { openReceiver } from "../../../operator/malipo/receiver.ts";
import { CalledWrongly, NotDone } from "../../../operator/refusal.ts";
import { toExitStatus } from "../../../operator/terminal.ts";
import { jumpingClock } from "../client/surroundings.ts";
import { recordingTerminal } from "./fakes.ts";
import { SECRET, smallGateway, smallShop } from "./small-gateway.ts";

const KEY = "sk_test_nobody_may_see_this";
const EVENT = {
  id: "evt_1",
  type: "payment.failed",
  created_at: "2026-11-22T06:00:00.000Z",
  sequence: 2,
  data: {
    object: {
      id: "pay_1",
      object: "payment",
      amount: 1500,
      status: "failed",
      receipt: null,
      failure: { code: "insufficient_funds" },
    },
  },
};

const open: { close: () => void }[] = [];
const opened = <T extends { close: () => void }>(each: T): T => {
  open.push(each);
  return each;
};
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

const command = (more: Partial<MalipoDeps> = {}) => {
  const seen = recordingTerminal();
  const stop = new AbortController();
  const deps: MalipoDeps = {
    connect: (baseUrl, key) => createMalipo({ baseUrl, key, clock: jumpingClock(), openSocket: null }),
    openReceiver,
    fetch,
    clock: jumpingClock(Date.parse("2026-11-22T06:00:00Z")),
    terminal: seen.terminal,
    paint: plain,
    keyFromEnvironment: KEY,
    signal: stop.signal,
    ...more,
  };
  const run = (...words: string[]) => malipoCommand(deps, words);
  return { run, seen, stop, deps };
};

describe("words that make no sense are answered by one sentence, and nothing is tried", () => {
  test.each([
    [[], "Say what to do: listen, trigger or pay; --help shows how."],
    [["dance"], "Say what to do: listen, trigger or pay; --help shows how."],
    [["listen", "now"], "That is not how listen is called; --help shows how."],
    [["listen", "--forward-to", "localhost:3000"], "--forward-to is an address such as http://localhost:3000/hooks."],
    [["listen", "--url", "here"], "--url is an address such as http://localhost:3000/hooks."],
    [
      ["listen", "--key", KEY],
      "The options are --url, --forward-to, --code, --reference, each followed by its value; --help shows how.",
    ],
    [
      ["pay", "254700000000", "100", "--forward-to", "http://localhost"],
      "pay takes no --forward-to; --help shows how.",
    ],
    [["pay", "254700000000"], "That is not how pay is called; --help shows how."],
    [["pay", "254700000000", "1.50"], "The amount is a number of whole shillings from 1 to 250,000."],
    [["pay", "254700000000", "0"], "The amount is a number of whole shillings from 1 to 250,000."],
    [["trigger"], "That is not how trigger is called; --help shows how."],
    [
      ["trigger", "payment.succeeded", "--code", "wrong_pin"],
      "--code says why a payment fails; only payment.failed takes one.",
    ],
    [
      ["trigger", "payment.failed", "--code", "bad_mood"],
      "--code is one of insufficient_funds, cancelled_by_customer, customer_unreachable, wrong_pin, prompt_expired, customer_busy.",
    ],
  ])("%j", async (words, sentence) => {
    const { run, seen } = command();
    expect(await toExitStatus(seen.terminal, () => run(...words))).toBe(2);
    expect(seen.said).toEqual([sentence]);
  });

  test("an event that can't be triggered is answered with those that can", async () => {
    await expect(command().run("trigger", "payment.exploded")).rejects.toThrow(
      /^The events to trigger are payment[.]succeeded, payment[.]failed, /,
    );
  });

  test("the sandbox's keys are not tried on a gateway that is somewhere else", async () => {
    const { run } = command({ keyFromEnvironment: undefined });
    const far = run("pay", "254700000000", "100", "--url", "https://pay.example.co.ke");
    await expect(far).rejects.toThrow(/^Put an API key of that gateway into MALIPO_KEY/);
    await expect(far).rejects.toBeInstanceOf(CalledWrongly);
  });
});

test("help shows every command", async () => {
  const { run, seen } = command();
  await run("--help");
  expect(seen.answers.join("\n")).toMatch(/listen[^]*trigger[^]*pay[^]*payout[.]failed/);
});

describe("listen", () => {
  /** Runs `during` while the command listens, then stops it as Ctrl-C does. */
  const listening = async (words: readonly string[], during: (gateway: Gateway) => Promise<void>, options = {}) => {
    const gateway = opened(await smallGateway([], options));
    const { run, seen, stop } = command();
    const running = run("listen", "--url", gateway.url, ...words).then(
      () => null,
      (fault: unknown) => fault,
    );
    await vi.waitFor(() => {
      if (!seen.said.some((line) => line.includes("signatures"))) throw new Error("It does not listen yet.");
    });
    await during(gateway);
    stop.abort();
    const fault = await running;
    return { gateway, seen, fault };
  };
  type Gateway = Awaited<ReturnType<typeof smallGateway>>;

  test("hands body and headers on as they came, so that the shop can check them itself, and shows one line", async () => {
    const shop = opened(await smallShop(201));
    const { seen, gateway } = await listening(["--forward-to", `${shop.url}/hooks`], async ({ tell }) => {
      expect(await tell(EVENT)).toBe(201);
    });
    expect(shop.got).toHaveLength(1);
    const [{ body, headers }] = shop.got as [(typeof shop.got)[0]];
    expect(verifyWebhook(body, headers, SECRET)).toEqual(EVENT);
    expect(headers).toMatchObject({ "user-agent": "Malipo", "content-type": "application/json" });
    expect(seen.answers).toEqual([
      expect.stringMatching(
        /^\d\d:\d\d:\d\d {2}payment[.]failed +pay_1 {2}KES 1,500 {2}failed {2}insufficient_funds {2}-> 201 in \d+ ms$/,
      ),
    ]);
    expect(gateway.taken[0]).toMatchObject({
      key: `Bearer ${KEY}`,
      body: { url: expect.stringMatching(/^http:\/\/127[.]0[.]0[.]1:\d+\/$/), events: ["*"] },
    });
  });

  test("shows what comes without a target too", async () => {
    const { seen } = await listening([], async ({ tell }) => {
      expect(await tell(EVENT)).toBe(204);
    });
    expect(seen.answers).toEqual([expect.stringMatching(/insufficient_funds$/)]);
  });

  test("tells Malipo what the shop answered, redirects included, and tries nothing twice", async () => {
    const shop = opened(await smallShop(302));
    await listening(["--forward-to", shop.url], async ({ tell }) => {
      expect(await tell(EVENT)).toBe(302);
    });
    expect(shop.got).toHaveLength(1);
  });

  test("a shop that is not there is told as that, on the line and to Malipo", async () => {
    const { seen } = await listening(["--forward-to", "http://127.0.0.1:1/"], async ({ tell }) => {
      expect(await tell(EVENT)).toBe(502);
    });
    expect(seen.answers).toEqual([expect.stringMatching(/-> no answer \(\w+\)$/)]);
  });

  test("what Malipo did not sign reaches nobody", async () => {
    const shop = opened(await smallShop(200));
    const { seen } = await listening(["--forward-to", shop.url], async ({ tell }) => {
      expect(await tell(EVENT, { secret: `whsec_${Buffer.alloc(32, 9).toString("base64")}` })).toBe(400);
    });
    expect(shop.got).toEqual([]);
    expect(seen.answers).toEqual([expect.stringContaining("refused: No matching signature found.")]);
  });

  test("takes no more than a webhook can be, and nothing but webhooks", async () => {
    await listening([], async ({ endpoints }) => {
      const url = endpoints.get("whe_1") ?? "";
      expect((await fetch(url)).status).toBe(405);
      const large = fetch(url, { method: "POST", body: new Uint8Array(2_000_000) });
      expect(await large.then(({ status }) => status).catch(() => 413)).toBe(413);
    });
  });

  test("leaves no endpoint behind", async () => {
    const { gateway, fault } = await listening([], () => Promise.resolve());
    expect(fault).toBeNull();
    expect(gateway.endpoints.size).toBe(0);
  });

  test("says which endpoint is left behind when it can't be removed", async () => {
    const { fault } = await listening([], () => Promise.resolve(), { refuseDelete: true });
    expect(fault).toBeInstanceOf(NotDone);
    expect((fault as Error).message).toContain("DELETE /v1/webhook-endpoints/whe_1");
  });
});

test("a test event is asked for at every endpoint that listens", async () => {
  const gateway = opened(await smallGateway());
  const { run, seen } = command();
  await run("trigger", "endpoint.test", "--url", gateway.url);
  expect(gateway.taken.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /v1/webhook-endpoints",
    "POST /v1/webhook-endpoints/whe_enabled/test",
  ]);
  expect(seen.answers).toEqual([
    "Asked for a test event to each webhook endpoint that listens: 1. endpoint.test follows.",
  ]);
});

describe("pay", () => {
  const RINGING = { status: "pending", stage: "awaiting_customer", receipt: null, failure: null };

  test("shows each change once, until it is paid", async () => {
    const paid = { status: "succeeded", stage: null, receipt: "UKL1ABC", failure: null };
    const gateway = opened(await smallGateway([RINGING, RINGING, paid]));
    const { run, seen } = command();
    await run("pay", "0712345678", "1,500", "--reference", "ORDER-1", "--url", gateway.url);
    expect(seen.answers).toEqual([
      "pay_1  KES 1,500  2547*****678  ORDER-1",
      expect.stringContaining("pending  the phone rings: M-PESA waits for the PIN"),
      expect.stringContaining("succeeded  UKL1ABC"),
    ]);
    expect(gateway.taken[0]?.body).toEqual({ amount: 1500, phone: "0712345678", reference: "ORDER-1" });
    expect(JSON.stringify([seen.answers, seen.said])).not.toContain(KEY);
  });

  test("no money is status 1, with the reason", async () => {
    const failure = { code: "wrong_pin", message: "The payer entered a wrong PIN." };
    const gateway = opened(await smallGateway([{ status: "failed", stage: null, receipt: null, failure }]));
    const { run, seen } = command();
    expect(await toExitStatus(seen.terminal, () => run("pay", "0712345678", "10", "--url", gateway.url))).toBe(1);
    expect(seen.answers.at(-1)).toContain("wrong_pin: The payer entered a wrong PIN.");
    expect(seen.said).toEqual(["No money came: the payment ended failed."]);
  });

  test("a gateway that is not there is named", async () => {
    await expect(command().run("pay", "0712345678", "10", "--url", "http://127.0.0.1:1")).rejects.toThrow(
      /Is there a gateway at http:\/\/127[.]0[.]0[.]1:1[?] npm start starts one[.]$/,
    );
  });

  test("whoever stops it is told that the payment goes on", async () => {
    const gateway = opened(await smallGateway([RINGING]));
    const stop = new AbortController();
    const seen = recordingTerminal();
    const terminal = { ...seen.terminal, answer: () => stop.abort() };
    const { run } = command({ signal: stop.signal, terminal });
    await expect(run("pay", "0712345678", "10", "--url", gateway.url)).rejects.toThrow("goes on without this command");
  });
});

test.each([
  [{ isTTY: true }, {}, true],
  [{ isTTY: true }, { NO_COLOR: "1" }, false],
  [{ isTTY: true }, { NO_COLOR: "" }, true],
  [{}, {}, false],
])("a stream %j in an environment %j has colours: %j", (stream, environment, isColoured) => {
  expect(paintFor(stream, environment)("red", "failed") !== "failed").toBe(isColoured);
});
