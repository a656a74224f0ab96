/** Waiting for a payment: how often it is looked at, what wakes the waiter, and what is never mistaken for an end. */
import { once } from "node:events";
import { WebSocket, WebSocketServer } from "ws";
import { afterEach, describe, expect, test, vi } from "vitest";
import { MalipoProblem, PaymentStillPending, createMalipo } from "../../../web/client/src/malipo.ts";
import type { OpenSocket } from "../../../web/client/src/malipo.ts";
import { systemClock } from "../../../web/client/src/clock.ts";
import { socketUrlOf, socketsHere } from "../../../web/client/src/live.ts";
import { answering, json, jumpingClock, payment, problem } from "./surroundings.ts";

afterEach(() => void vi.unstubAllGlobals());

const pending = () => json(200, payment());
const paid = () => json(200, payment({ status: "succeeded", stage: null, receipt: "UKL1" }));

const alone = (...answers: (() => Response | Error)[]) => {
  const api = answering(...answers);
  const clock = jumpingClock();
  const malipo = createMalipo({
    baseUrl: "http://malipo.test",
    key: "sk_test_secret",
    fetch: api.fetch,
    retries: 0,
    clock,
    openSocket: null,
  });
  return { malipo, clock, api };
};

describe("without a socket", () => {
  test("it asks at once, then after ever longer pauses, and returns what ended", async () => {
    const { malipo, clock } = alone(...Array.from({ length: 9 }, () => pending), paid);
    expect(await malipo.waitForPayment("pay_1")).toMatchObject({ status: "succeeded", receipt: "UKL1" });
    expect(clock.slept[0]).toBe(1_000);
    expect(clock.slept).toEqual(clock.slept.toSorted((a, b) => a - b));
    expect(Math.max(...clock.slept)).toBe(5_000);
  });

  test("a payment that ended badly is returned like one that ended well", async () => {
    const { malipo, clock } = alone(() => json(200, payment({ status: "failed" })));
    expect((await malipo.waitForPayment({ id: "pay_1" })).status).toBe("failed");
    expect(clock.slept).toEqual([]);
  });

  test("time that ran out is no failure of the payment", async () => {
    const { malipo, clock } = alone(pending);
    const fault: unknown = await malipo.waitForPayment("pay_1", { timeoutMs: 20_000 }).catch((each: unknown) => each);
    expect(fault).toBeInstanceOf(PaymentStillPending);
    expect(fault).toMatchObject({ payment: { status: "pending" } });
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBe(20_000);
  });

  test("faults that pass are waited out, one that stays is thrown", async () => {
    const passing = alone(
      () => problem(503, "unavailable"),
      () => new Error("reset"),
      paid,
    );
    expect((await passing.malipo.waitForPayment("pay_1")).status).toBe("succeeded");
    const staying = alone(() => problem(404, "not_found"));
    await expect(staying.malipo.waitForPayment("pay_1")).rejects.toBeInstanceOf(MalipoProblem);
    expect(staying.api.requests).toHaveLength(1);
  });

  test("each change is told once", async () => {
    const sending = () => json(200, payment({ stage: "sending" }));
    const { malipo } = alone(sending, sending, pending, pending, paid);
    const told: (string | null)[] = [];
    await malipo.waitForPayment("pay_1", { onChange: ({ stage, status }) => told.push(stage ?? status) });
    expect(told).toEqual(["sending", "awaiting_customer", "succeeded"]);
  });

  test("whoever gives up is obeyed in the middle of a pause", async () => {
    const giveUp = new AbortController();
    const api = answering(pending);
    const malipo = createMalipo({ baseUrl: "http://malipo.test", key: "k", fetch: api.fetch, openSocket: null });
    const waiting = malipo.waitForPayment("pay_1", { signal: giveUp.signal, onChange: () => giveUp.abort() });
    await expect(waiting).rejects.toThrow("aborted");
  });
});

describe("with a socket", () => {
  const servers: WebSocketServer[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      for (const socket of server.clients) socket.terminate();
      server.close();
    }
  });

  const serve = async (): Promise<{ server: WebSocketServer; url: string }> => {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    servers.push(server);
    await once(server, "listening");
    const address = server.address();
    return { server, url: `ws://127.0.0.1:${typeof address === "object" ? address?.port : ""}/ws` };
  };

  const open: OpenSocket = (url) => new WebSocket(url);

  test("it is woken by a message, long before it would ask by itself", async () => {
    const { server, url } = await serve();
    const api = answering(pending, pending, paid);
    const asked: string[] = [];
    const malipo = createMalipo({
      baseUrl: "http://malipo.test",
      socketUrl: url,
      clientToken: "ct_1&2",
      fetch: api.fetch,
      openSocket: open,
      // Whoever is not woken sleeps for an hour.
      clock: { ...systemClock, sleep: (_ms, signal) => systemClock.sleep(3_600_000, signal) },
    });
    server.on("connection", (socket, request) => {
      asked.push(request.url ?? "");
      socket.on("message", (data: Buffer) => {
        asked.push(data.toString());
        socket.send("not json");
        socket.send(JSON.stringify({ type: "pong" }));
        socket.send(JSON.stringify({ type: "payment.updated", payment: payment(), sequence: 2 }));
        setTimeout(() => socket.send(JSON.stringify({ type: "payment.updated", sequence: 3 })), 20);
      });
    });
    const gone = new Promise((resolve) => {
      server.on("connection", (socket) => socket.on("close", resolve));
    });
    expect((await malipo.waitForPayment("pay_1")).status).toBe("succeeded");
    expect(api.requests).toHaveLength(3);
    expect(asked).toEqual(["/ws?token=ct_1%262", '{"action":"state"}']);
    await gone;
  });

  test("a socket that is cut in the middle is answered by asking, at once", async () => {
    const { server, url } = await serve();
    const api = answering(pending, pending, paid);
    const malipo = createMalipo({
      baseUrl: "http://malipo.test",
      socketUrl: url,
      clientToken: "ct_1",
      fetch: api.fetch,
      openSocket: open,
      clock: { ...systemClock, sleep: (_ms, signal) => systemClock.sleep(3_600_000, signal) },
    });
    server.on("connection", (socket) => {
      socket.on("message", () => {
        socket.send(JSON.stringify({ type: "payment.updated" }));
        setTimeout(() => socket.terminate(), 20);
      });
    });
    expect((await malipo.waitForPayment("pay_1")).status).toBe("succeeded");
    expect(api.requests).toHaveLength(3);
  });

  test("a socket that is refused costs nothing: it is asked instead", async () => {
    const api = answering(pending, paid);
    const malipo = createMalipo({
      baseUrl: "http://malipo.test",
      socketUrl: "ws://127.0.0.1:1/ws",
      key: "k",
      fetch: api.fetch,
      openSocket: open,
      clock: jumpingClock(),
    });
    expect((await malipo.waitForPayment({ id: "pay_1", client_token: "ct_1" })).status).toBe("succeeded");
  });

  test("a surrounding whose sockets throw is one without", async () => {
    const api = answering(pending, paid);
    const malipo = createMalipo({
      baseUrl: "http://malipo.test",
      clientToken: "ct_1",
      fetch: api.fetch,
      clock: jumpingClock(),
      openSocket: () => {
        throw new Error("no sockets here");
      },
    });
    expect((await malipo.waitForPayment("pay_1")).status).toBe("succeeded");
  });
});

test("sockets are taken from the surrounding where it has them", async () => {
  vi.stubGlobal("WebSocket", undefined);
  expect(socketsHere()).toBeNull();
  vi.stubGlobal("WebSocket", WebSocket);
  const socket = socketsHere()?.("ws://127.0.0.1:1/");
  expect(socket).toBeInstanceOf(WebSocket);
  await new Promise<void>((resolve) => socket?.addEventListener("error", () => resolve()));
});

test.each([
  ["http://127.0.0.1:8080", "ws://127.0.0.1:8080/ws"],
  ["https://pay.example.co.ke/", "wss://pay.example.co.ke/ws"],
  ["https://example.co.ke/pay", "wss://example.co.ke/pay/ws"],
])("the sockets of %s are at %s", (baseUrl, expected) => {
  expect(socketUrlOf(baseUrl)).toBe(expected);
});
