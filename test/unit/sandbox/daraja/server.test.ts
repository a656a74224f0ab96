/** The simulator on a real port: headers, the status line, resets, limits, the event stream, and how it starts and stops. */
import { spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { describe, expect, onTestFinished, test } from "vitest";
import { basic, payer, PUSH_PATH, type Json } from "./manual-world.ts";
import { openEvents, start, startReceiver } from "./running-simulator.ts";

describe("over HTTP", () => {
  test("a bad token's status line reads 404 Resource not found", async () => {
    const { url } = await start();
    const response = await fetch(url + PUSH_PATH, { method: "POST", headers: { authorization: "Bearer dead" } });
    expect([response.status, response.statusText]).toEqual([404, "Resource not found"]);
    expect(response.headers.get("content-type")).toBe("application/json;charset=UTF-8");
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  test("a wrong key gets 400 with nothing in it", async () => {
    const { url } = await start();
    const path = "/oauth/v1/generate?grant_type=client_credentials";
    const response = await fetch(url + path, { headers: { authorization: basic("x", "y") } });
    expect(response.status).toBe(400);
    expect(response.headers.get("content-length")).toBe("0");
    expect(await response.text()).toBe("");
  });

  test("a callback arrives with Safaricom's headers, spelled its way", async () => {
    const receiver = await startReceiver();
    const { push } = await start();
    expect((await push({ PhoneNumber: payer(0), CallBackURL: receiver.url })).status).toBe(200);
    const callback = await receiver.next();
    expect(callback.rawHeaders.slice(0, 4)).toEqual([
      "Content-Type",
      "application/json;charset=UTF-8",
      "Businessshortcode",
      "174379",
    ]);
    expect(callback.from).toBe("127.0.0.1");
    expect(callback.body).toContain('"ResultCode":0');
  });

  test("a callback can come from another address of this machine", async () => {
    const receiver = await startReceiver();
    const { control } = await start();
    const sent = await control("callbacks", { url: receiver.url, body: { a: 1 }, source_address: "127.0.0.2" });
    expect(await sent.json()).toEqual({ status: 200, error: null });
    expect(await receiver.next()).toMatchObject({ from: "127.0.0.2", body: '{"a":1}' });
  });

  test("a lost answer is a real connection reset, and the payment goes on", async () => {
    const receiver = await startReceiver();
    const { push } = await start();
    const lost = push({ PhoneNumber: payer(10), CallBackURL: receiver.url });
    await expect(lost).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
    expect((await receiver.next()).body).toContain('"ResultCode":0');
  });

  test("a delayed answer arrives after its delay", async () => {
    const { push, control } = await start();
    await control("faults", { match: { path: PUSH_PATH }, fault: { delay_answer_ms: 150 } });
    const before = performance.now();
    expect((await push()).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThanOrEqual(145);
  });

  test.each([
    ["announced", { "content-length": "65537" }],
    ["sent in pieces", { "transfer-encoding": "chunked" }],
  ])("a body over 64 KB, %s, is refused with a page", async (_how, headers) => {
    const { url } = await start();
    const request = httpRequest(url + PUSH_PATH, { method: "POST", headers, agent: false });
    request.on("error", () => undefined);
    request.end("x".repeat(65_537));
    const [response] = (await once(request, "response")) as [IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(413);
    expect(response.headers["content-type"]).toBe("text/html");
  });

  test("two simulators run side by side and share nothing", async () => {
    const [one, two] = [await start(), await start()];
    await one.push();
    const list = async (url: string) =>
      ((await (await fetch(`${url}/simulator/transactions`)).json()) as Json)["total"];
    expect([await list(one.url), await list(two.url)]).toEqual([1, 0]);
  });

  test("close cuts a callback that nobody answers", async () => {
    const deaf = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(deaf, "listening");
    onTestFinished(() => (deaf.closeAllConnections(), void deaf.close()));
    const { port } = deaf.address() as AddressInfo;
    const simulator = await start();
    await simulator.push({ PhoneNumber: payer(0), CallBackURL: `http://127.0.0.1:${port}/` });
    const [, response] = (await once(deaf, "request")) as [IncomingMessage, { once: typeof deaf.once }];
    const cut = new Promise<void>((resolve) => response.once("close", resolve));
    const before = performance.now();
    await simulator.close();
    await cut;
    expect(performance.now() - before, "cut at once, not by the callback's own 10 s").toBeLessThan(5000);
  });
});

describe("the page", () => {
  test.each([
    ["/", "text/html; charset=utf-8"],
    ["/handset.css", "text/css; charset=utf-8"],
    ["/handset.js", "text/javascript; charset=utf-8"],
  ])("%s is served under a policy that allows nothing from elsewhere", async (path, type) => {
    const { url } = await start();
    const response = await fetch(url + path);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe(type);
    expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(await response.text()).not.toMatch(/\s(?:style|on\w+)=/);
  });

  test("nothing else of the directory is served", async () => {
    const { url } = await start();
    for (const path of ["/server.ts", "/certificate/private-key.pem", "/%2e%2e/package.json"])
      expect((await fetch(url + path)).status, path).toBe(404);
  });

  test("the certificate is a 2048-bit RSA one", async () => {
    const { url } = await start();
    const pem = await (await fetch(`${url}/simulator/certificate.pem`)).text();
    const { publicKey } = new X509Certificate(pem);
    expect([publicKey.asymmetricKeyType, publicKey.asymmetricKeyDetails?.modulusLength]).toEqual(["rsa", 2048]);
  });
});

describe("the event stream", () => {
  test("begins with what there is and tells of every change and of a reset", async () => {
    const { url, push, control } = await start();
    await push({ AccountReference: "before" });
    const events = await openEvents(url);
    expect(events.response.headers.get("content-type")).toBe("text/event-stream");
    const snapshot = await events.next();
    expect(snapshot).toMatchObject({ type: "snapshot", data: { prompt_seconds: 25 } });
    expect(snapshot.data["transactions"]).toMatchObject([{ reference: "before" }]);
    expect(Math.abs(Date.parse(snapshot.now) - Date.now())).toBeLessThan(10_000);
    await control("handsets/254712000111/answer", { action: "cancel" });
    expect(await events.next()).toMatchObject({ type: "transaction", data: { state: "failed", result_code: "1032" } });
    await control("reset", undefined);
    let event = await events.next();
    while (event.type === "transaction") event = await events.next();
    expect(event).toMatchObject({ type: "snapshot", data: { transactions: [] } });
  });

  test("takes 200 watchers and no more, and lets one in when one has left", async () => {
    const { url } = await start();
    const watchers = await Promise.all(Array.from({ length: 200 }, () => openRaw(url)));
    const late = await fetch(`${url}/simulator/events`);
    expect([late.status, await late.text()]).toEqual([503, "Too many pages are watching. Close some.\n"]);
    watchers[0]!.destroy();
    await expect.poll(async () => (await openRaw(url)).statusCode).toBe(200);
  });
});

const openRaw = async (url: string): Promise<IncomingMessage> => {
  const request = httpRequest(`${url}/simulator/events`, { agent: false });
  request.on("error", () => undefined);
  request.end();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  response.on("error", () => undefined).resume();
  onTestFinished(() => void response.destroy());
  return response;
};

describe("npm run simulator", () => {
  const ENTRY = new URL("../../../../sandbox/daraja/start.ts", import.meta.url).pathname;
  const run = (port: string) => {
    const child = spawn(process.execPath, ["--import", "tsx", ENTRY], {
      env: { ...process.env, SIMULATOR_PORT: port },
      stdio: ["ignore", "pipe", "pipe"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (errors += chunk));
    return { child, lines: createInterface(child.stdout), errors: () => errors };
  };

  test.each(["SIGINT", "SIGTERM"] as const)("says where it listens, and %s ends it cleanly", async (signal) => {
    const { child, lines, errors } = run("0");
    const [line] = (await once(lines, "line")) as [string];
    const [, url] = /^ready (http:\/\/127\.0\.0\.1:\d+)$/.exec(line) ?? [];
    const watching = await openRaw(url!);
    expect(watching.statusCode).toBe(200);
    child.kill(signal);
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(errors()).toBe("");
  });

  test("says one sentence when the port is taken", async () => {
    const port = new URL((await start()).url).port;
    const { child, errors } = run(port);
    expect(await once(child, "close")).toEqual([1, null]);
    expect(errors()).toBe(`Port ${port} is taken: stop what listens there, or choose another with SIMULATOR_PORT.\n`);
  });

  test.each(["", "eighty", "65536", "-1"])("says one sentence about SIMULATOR_PORT=%j", async (port) => {
    const { child, errors } = run(port);
    expect(await once(child, "close")).toEqual([1, null]);
    expect(errors()).toBe(`SIMULATOR_PORT must be a port number from 0 to 65535, not "${port}".\n`);
  });
});
