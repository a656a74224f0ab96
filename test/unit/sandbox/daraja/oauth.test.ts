/** Tokens: how one is had, what is said without a good one, and when one dies. */
import { describe, expect, test } from "vitest";
import { answerOf, basic, bodyOf, createManualWorld, PUSH_PATH, pushBody, QUERY_PATH, seen } from "./manual-world.ts";

const PATH = "/oauth/v1/generate?grant_type=client_credentials";
type World = ReturnType<typeof createManualWorld>;

const ask = (world: World, authorization: string, path = PATH) =>
  world.send("GET", path, { headers: { authorization } });
const pushWith = (world: World, headers: Record<string, string>) =>
  world.send("POST", PUSH_PATH, { headers: { "content-type": "application/json", ...headers }, body: pushBody() });

describe("asking for a token", () => {
  test("the right key gets 28 characters and a lifetime written as a string", async () => {
    const answer = await ask(createManualWorld(), basic());
    expect(seen(answer)).toEqual({
      status: 200,
      body: { access_token: expect.stringMatching(/^[A-Za-z0-9]{28}$/) as string, expires_in: "3599" },
    });
  });

  test.each([
    ["key", basic("someone", "malipo")],
    ["secret", basic("malipo", "guess!")],
    ["shape", "Basic not-base64!"],
  ])("a wrong %s gets 400 and not one byte of body", async (_what, authorization) => {
    const answer = answerOf(await ask(createManualWorld(), authorization));
    expect(answer).toMatchObject({ status: 400, body: "" });
    expect(answer.headers).not.toHaveProperty("content-type");
  });

  test.each([
    ["another scheme", "Bearer abc"],
    ["no credentials", ""],
  ])("%s is an invalid authentication", async (_what, authorization) => {
    expect(seen(await ask(createManualWorld(), authorization))).toMatchObject({
      status: 400,
      body: { errorCode: "400.008.01", errorMessage: "Invalid Authentication passed" },
    });
  });

  test.each(["/oauth/v1/generate", "/oauth/v1/generate?grant_type=password"])(
    "%s is an invalid grant type",
    async (path) => {
      expect(seen(await ask(createManualWorld(), basic(), path))).toMatchObject({
        status: 400,
        body: { errorCode: "400.008.02", errorMessage: "Invalid grant type passed" },
      });
    },
  );

  test("other credentials can be configured, and then the default ones are wrong", async () => {
    const world = createManualWorld({ consumer: { key: "shop", secret: "s3cret" } });
    expect(seen(await ask(world, basic("shop", "s3cret"))).status).toBe(200);
    expect(seen(await ask(world, basic())).status).toBe(400);
  });
});

describe("calling without a good token", () => {
  test("an unknown token is 404 with the gateway's own status line", async () => {
    const answer = answerOf(await pushWith(createManualWorld(), { authorization: "Bearer unknown" }));
    expect(answer).toMatchObject({
      status: 404,
      reason: "Resource not found",
      headers: { "content-type": "application/json;charset=UTF-8", "cache-control": "no-store" },
    });
    expect(JSON.parse(answer.body)).toEqual({
      requestId: expect.stringMatching(/^[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\d{5}$/) as string,
      errorCode: "404.001.03",
      errorMessage: "Invalid Access Token",
    });
  });

  test.each([{}, { authorization: "Basic abc" }])("%j is an invalid authentication header", async (headers) => {
    expect(seen(await pushWith(createManualWorld(), headers as Record<string, string>))).toMatchObject({
      status: 404,
      body: { errorCode: "404.001.04", errorMessage: "Invalid Authentication Header" },
    });
  });

  test("the token is looked at before the body", async () => {
    const world = createManualWorld();
    const answer = await world.send("POST", QUERY_PATH, { headers: { authorization: "Bearer x" }, body: "{" });
    expect(bodyOf(answer)).toMatchObject({ errorCode: "404.001.03" });
  });

  test("a token dies with its hour", async () => {
    const world = createManualWorld();
    const headers = { authorization: `Bearer ${await world.token()}` };
    await world.clock.advance(3_599_999);
    expect(seen(await pushWith(world, headers)).status).toBe(200);
    await world.clock.advance(1);
    expect(bodyOf(await pushWith(world, headers))).toMatchObject({ errorCode: "404.001.03" });
  });

  test("a new token kills the one before it, unless tokens coexist", async () => {
    for (const [tokens, status] of [
      ["replace", 404],
      ["coexist", 200],
    ] as const) {
      const world = createManualWorld({ switches: { tokens, subscriber_lock: "none" } });
      const first = await world.token();
      const second = await world.token();
      expect(seen(await pushWith(world, { authorization: `Bearer ${second}` })).status).toBe(200);
      expect(seen(await pushWith(world, { authorization: `Bearer ${first}` })).status, tokens).toBe(status);
    }
  });

  test("a token outlives a reset", async () => {
    const world = createManualWorld();
    const authorization = `Bearer ${await world.token()}`;
    await world.control("POST", "reset");
    expect(seen(await pushWith(world, { authorization })).status).toBe(200);
  });
});

describe("paths and verbs", () => {
  test("an unknown path is 404.001.01", async () => {
    expect(seen(await createManualWorld().send("POST", "/mpesa/nothing"))).toMatchObject({
      status: 404,
      body: { errorCode: "404.001.01", errorMessage: "Resource not found" },
    });
  });

  test("a wrong verb is 405.001 and names the verb", async () => {
    expect(seen(await createManualWorld().send("GET", PUSH_PATH))).toMatchObject({
      status: 405,
      body: { errorCode: "405.001", errorMessage: "GET Method Not Allowed" },
    });
  });
});
