/** The carrier of callbacks: how many travel at once, that waiting costs a callback nothing, and what is not sent any more. */
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createCarrier } from "../../../../sandbox/daraja/deliver.ts";

/** A receiver that answers when told, and a carrier that sends to it. */
const setUp = async () => {
  const waiting: ServerResponse[] = [];
  const server = createServer((_request, response) => waiting.push(response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const carrier = createCarrier();
  onTestFinished(() => {
    carrier.close();
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const request = { url, headers: {}, body: "{}", sourceAddress: "127.0.0.1", timeoutMs: 5000 };
  const send = (isObsolete?: () => boolean) => carrier.deliver(request, isObsolete);
  const answerAll = () => waiting.splice(0).forEach((response) => response.end());
  return { carrier, send, waiting, answerAll };
};

test("128 travel at once, the others after them, and all arrive", async () => {
  const { send, waiting, answerAll } = await setUp();
  const sent = Promise.all(Array.from({ length: 200 }, () => send()));
  await expect.poll(() => waiting.length).toBe(128);
  answerAll();
  await expect.poll(() => waiting.length).toBe(72);
  answerAll();
  expect((await sent).every(({ status }) => status === 200)).toBe(true);
});

test("what nobody waits for by the time its turn comes is not sent", async () => {
  const { send, waiting, answerAll } = await setUp();
  let obsolete = false;
  const first = Array.from({ length: 128 }, () => send());
  const late = Promise.allSettled([send(() => obsolete), send(() => obsolete)]);
  await expect.poll(() => waiting.length).toBe(128);
  obsolete = true;
  answerAll();
  await Promise.all(first);
  expect((await late).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(waiting).toEqual([]);
});

test("close cuts what travels and what waits", async () => {
  const { carrier, send, waiting } = await setUp();
  const all = Promise.allSettled(Array.from({ length: 130 }, () => send()));
  await expect.poll(() => waiting.length).toBe(128);
  carrier.close();
  expect((await all).every(({ status }) => status === "rejected")).toBe(true);
  expect(waiting).toHaveLength(128);
});
