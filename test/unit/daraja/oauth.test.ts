import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { createTokenFetcher } from "../../../functions/daraja/oauth.ts";
import { deadUrl, httpServer, json } from "./loopback.ts";

const clock = { now: () => Date.now() };
const fetcher = (
  baseUrl: string,
  credentials = () => Promise.resolve({ consumerKey: "key", consumerSecret: "hush" }),
) => createTokenFetcher({ baseUrl, credentials, fetch, clock });

/** A server that gives the answers in turn, the last one for ever. */
const answering = async (...answers: ((response: ServerResponse) => void)[]) => {
  let next = 0;
  return httpServer((_, response) => {
    const answer = answers[Math.min(next, answers.length - 1)]!;
    next += 1;
    answer(response);
  });
};
const issued = (expires_in: unknown) => (response: ServerResponse) =>
  json(response, 200, { access_token: "c9SQxWWhmdVRlyh0zh8gZDTkubVF", expires_in });

describe("a token", () => {
  test("is asked for as Safaricom wants it", async () => {
    const { url, heard } = await answering(issued("3599"));
    await fetcher(url)();
    expect(heard[0]).toMatchObject({ method: "GET", path: "/oauth/v1/generate?grant_type=client_credentials" });
    expect(heard[0]?.headers.authorization).toBe(`Basic ${Buffer.from("key:hush").toString("base64")}`);
  });

  test.each([
    ["3599", 3_599_000],
    [3599, 3_599_000],
    ["", 600_000],
    ["soon", 600_000],
    [-5, 600_000],
    [undefined, 600_000],
    [999_999_999, 86_400_000],
    ["3599.5", 3_599_500],
    ["3599.25", 3_599_250],
    ["86400", 86_400_000],
    ["86401", 86_400_000],
    ["0", 600_000],
    ["1", 1_000],
    ["1234567890", 600_000],
    ["12345678 s", 600_000],
    ["x3599", 600_000],
    ["3599.", 600_000],
  ])("with expires_in %j lives %i ms", async (expiresIn, lifetimeMs) => {
    const { url } = await answering(issued(expiresIn));
    expect(await fetcher(url)()).toEqual({ token: "c9SQxWWhmdVRlyh0zh8gZDTkubVF", lifetimeMs });
  });

  test("is asked for once more after a quick failure", async () => {
    const { url, heard } = await answering((response) => response.writeHead(503).end("<html>"), issued("3599"));
    expect((await fetcher(url)()).token).toBe("c9SQxWWhmdVRlyh0zh8gZDTkubVF");
    expect(heard).toHaveLength(2);
  });
});

describe("no token", () => {
  test("because the keys are wrong (400, empty) is the merchant's to mend, and asked once", async () => {
    const { url, heard } = await answering((response) => response.writeHead(400).end());
    await expect(fetcher(url)()).rejects.toMatchObject({ name: "TokenUnavailable", failure: "merchant_misconfigured" });
    expect(heard).toHaveLength(1);
  });

  test("because Daraja is down is not, and is asked twice at most", async () => {
    const { url, heard } = await answering((response) => response.writeHead(503).end());
    await expect(fetcher(url)()).rejects.toMatchObject({ failure: "daraja_unavailable" });
    expect(heard).toHaveLength(2);
    await expect(fetcher(await deadUrl())()).rejects.toMatchObject({ failure: "daraja_unavailable" });
  });

  test("because of throttling is told as such", async () => {
    const { url } = await answering((response) => response.writeHead(429).end());
    await expect(fetcher(url)()).rejects.toMatchObject({ failure: "rate_limited" });
  });

  test("because the answer is none: HTML with 200, JSON without a token", async () => {
    const { url } = await answering(
      (response) => response.end("<html>"),
      (response) => json(response, 200, {}),
    );
    await expect(fetcher(url)()).rejects.toMatchObject({ failure: "daraja_unavailable" });
  });

  test("because the secret can't be read never asks, and says nothing of the secret", async () => {
    const { url, heard } = await answering(issued("3599"));
    const broken = fetcher(url, () => Promise.reject(new Error("value hush is malformed")));
    await expect(broken()).rejects.toMatchObject({
      failure: "merchant_misconfigured",
      message: "the Daraja secret can't be read",
      cause: expect.any(Error) as unknown,
    });
    expect(heard).toHaveLength(0);
  });
});

/** A fetcher at a clock of its own: each answer, by status, comes after `tookMs`. */
const timed = (statuses: readonly number[], tookMs: number, body = "{}") => {
  const seen = { now: 1_000_000, asked: 0 };
  const fetchToken = createTokenFetcher({
    baseUrl: "http://daraja.invalid",
    credentials: () => Promise.resolve({ consumerKey: "key", consumerSecret: "hush" }),
    clock: { now: () => seen.now },
    fetch: () => {
      seen.now += tookMs;
      seen.asked += 1;
      return Promise.resolve(new Response(body, { status: statuses[Math.min(seen.asked, statuses.length) - 1]! }));
    },
  });
  return { fetchToken, seen };
};

describe("a second attempt", () => {
  test.each([
    [2_000, 2],
    [2_001, 1],
  ])(
    "is made while four of the six seconds are left: after %i ms it is attempt %i that is the last",
    async (ms, asked) => {
      const { fetchToken, seen } = timed([503], ms);
      await expect(fetchToken()).rejects.toMatchObject({ failure: "daraja_unavailable" });
      expect(seen.asked).toBe(asked);
    },
  );

  test.each([
    [400, "merchant_misconfigured", 1],
    [401, "merchant_misconfigured", 1],
    [429, "rate_limited", 1],
    [403, "daraja_unavailable", 2],
    [201, "daraja_unavailable", 2],
    [500, "daraja_unavailable", 2],
  ])("HTTP %i is %s, asked for %i times, and the reason names the status", async (status, failure, asked) => {
    const { fetchToken, seen } = timed([status], 0, '{"access_token":"c9SQxWWhmdVRlyh0","expires_in":"3599"}');
    const message: unknown = expect.stringContaining(`HTTP ${status}`);
    await expect(fetchToken()).rejects.toMatchObject({ failure, message });
    expect(seen.asked).toBe(asked);
  });

  test("is the one that counts", async () => {
    await expect(timed([503, 400], 0).fetchToken()).rejects.toMatchObject({ failure: "merchant_misconfigured" });
  });
});
