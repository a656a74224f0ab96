/** When a secret is looked at: once in a while, and at once for whoever a cached value has failed. */
import { createServer } from "node:http";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import * as z from "zod";
import type * as Secrets from "../../../functions/runtime/secrets.ts";
import { listen } from "../../../sandbox/net/listen.ts";
import type { Listening } from "../../../sandbox/net/listen.ts";

const asked: string[] = [];
let stored = "first";
let service: Listening;
/** Loaded anew: its client is made once, and files of one kind share what they load. */
let secret: (typeof Secrets)["secret"];

beforeAll(async () => {
  const server = createServer((request, response) => {
    request.on("data", (body: Buffer) => asked.push((JSON.parse(body.toString()) as { SecretId: string }).SecretId));
    request.on("end", () => response.end(JSON.stringify({ SecretString: JSON.stringify({ value: stored }) })));
  });
  service = await listen(server, 0);
  vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", service.url);
  vi.stubEnv("AWS_REGION", "af-south-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  vi.resetModules();
  ({ secret } = await import("../../../functions/runtime/secrets.ts"));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await service.close();
});

const setUp = (keptMs?: number) => {
  const arn = `arn:${asked.length}:${Math.random()}`;
  const time = { now: 1_000_000 };
  stored = "first";
  const read = secret({
    arn: () => arn,
    schema: z.object({ value: z.string() }).transform(({ value }) => value),
    clock: { now: () => time.now },
    ...(keptMs === undefined ? {} : { keptMs }),
  });
  return { read, time, looks: () => asked.filter((one) => one === arn).length };
};

it("is kept for five minutes, or as long as is said", async () => {
  for (const [keptMs, ms] of [
    [undefined, 300_000],
    [60_000, 60_000],
  ] as const) {
    const { read, time, looks } = setUp(keptMs);
    expect(await read()).toBe("first");
    stored = "second";
    time.now += ms - 1;
    expect(await read()).toBe("first");
    time.now += 1;
    expect(await read()).toBe("second");
    expect(looks()).toBe(2);
  }
});

it("is looked at again for who was refused with it, even when it was cached a moment before a rotation", async () => {
  const { read, looks } = setUp();
  await read();
  stored = "second";
  expect(await read(5_000)).toBe("second");
  expect(await read()).toBe("second");
  expect(looks()).toBe(2);
});

it("is not looked at more than once in that time, however many strangers are refused", async () => {
  const { read, time, looks } = setUp();
  await read();
  for (let stranger = 0; stranger < 50; stranger += 1) {
    await read(5_000);
    time.now += 100;
  }
  expect(looks()).toBe(2);
  await read(5_000);
  expect(looks()).toBe(3);
});

it("is asked for once by many who need it at the same time", async () => {
  const { read, looks } = setUp();
  expect(await Promise.all(Array.from({ length: 20 }, () => read()))).toEqual(
    Array.from({ length: 20 }, () => "first"),
  );
  expect(looks()).toBe(1);
});

it("is asked for anew once it was forgotten", async () => {
  const { read } = setUp();
  await read();
  stored = "second";
  read.forget();
  expect(await read()).toBe("second");
});
