/**
 * The simulator on a real port, with a client, a receiver of callbacks and a reader of its event stream. All of them end
 * with the test that started them.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { startSimulator, type SimulatorOptions } from "../../../../sandbox/daraja/server.ts";
import { basic, PUSH_PATH, pushBody, type Json } from "./manual-world.ts";
import { B2C_PATH, payoutBody } from "./payout-world.ts";

export const start = async (options: SimulatorOptions = {}) => {
  const simulator = await startSimulator({ switches: { time_scale: 0.01 }, ...options });
  onTestFinished(() => simulator.close());
  const token = async (): Promise<string> => {
    const response = await fetch(`${simulator.url}/oauth/v1/generate?grant_type=client_credentials`, {
      headers: { authorization: basic() },
    });
    return ((await response.json()) as { access_token: string }).access_token;
  };
  const push = async (changes: Json = {}) =>
    fetch(`${simulator.url}${PUSH_PATH}`, {
      method: "POST",
      headers: { authorization: `Bearer ${await token()}`, "content-type": "application/json" },
      body: JSON.stringify(pushBody(changes)),
    });
  const pay = async (changes: Json = {}) =>
    fetch(`${simulator.url}${B2C_PATH}`, {
      method: "POST",
      headers: { authorization: `Bearer ${await token()}`, "content-type": "application/json" },
      body: JSON.stringify(payoutBody(changes)),
    });
  const control = (path: string, body: unknown) =>
    fetch(`${simulator.url}/simulator/${path}`, { method: "POST", body: JSON.stringify(body) });
  return { ...simulator, token, push, pay, control };
};

/** A receiver of callbacks; `next` resolves with the next one. */
export const startReceiver = async () => {
  const heard: { headers: IncomingMessage["headers"]; rawHeaders: string[]; from: string; body: string }[] = [];
  let wake: () => void = () => undefined;
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      const { headers, rawHeaders, socket } = request;
      heard.push({ headers, rawHeaders, from: socket.remoteAddress ?? "", body });
      response.end("{}");
      wake();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/callbacks/1`,
    async next() {
      while (heard.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return heard.shift()!;
    },
  };
};

/** Reads Server-Sent Events one by one. */
export const openEvents = async (url: string) => {
  const aborter = new AbortController();
  onTestFinished(() => aborter.abort());
  const response = await fetch(`${url}/simulator/events`, { signal: aborter.signal });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    response,
    async next(): Promise<{ type: string; now: string; data: Json }> {
      while (!text.includes("\n\n")) {
        const { value, done } = await reader.read();
        if (done) throw new Error("the stream ended");
        text += value;
      }
      const [event = "", ...rest] = text.split("\n\n");
      text = rest.join("\n\n");
      const [, type = "", data = ""] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
      return { type, ...(JSON.parse(data) as { now: string; data: Json }) };
    },
  };
};
