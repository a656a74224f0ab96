import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { postWebhook } from "../../../functions/webhooks/post-webhook.ts";
import type { WebhookAnswer } from "../../../functions/webhooks/post-webhook.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const serve = async (listener: RequestListener): Promise<number> => {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
};

const post = (url: string, options: { limitMs?: number; addresses?: readonly string[]; loopback?: boolean } = {}) =>
  postWebhook({
    policy: () => ({ loopback: options.loopback ?? true }),
    resolve: () => Promise.resolve(options.addresses ?? ["127.0.0.1"]),
    limitMs: options.limitMs ?? 5_000,
  })({ url, headers: { "content-type": "application/json", "content-length": "2" }, body: "{}" });

const answerOf = async (listener: RequestListener, limitMs?: number): Promise<WebhookAnswer> =>
  post(`http://127.0.0.1:${await serve(listener)}/hooks`, limitMs === undefined ? {} : { limitMs });

describe("a request to an endpoint", () => {
  it.each([
    [200, "delivered"],
    [204, "delivered"],
    [302, "redirected"],
    [400, "refused"],
    [410, "gone"],
    [503, "refused"],
  ] as const)("answered with %i is %s", async (status, result) => {
    const answer = await answerOf((_request, response) => {
      response.writeHead(status, { location: "http://169.254.169.254/latest" }).end();
    });
    expect(answer).toMatchObject({ status, result, error: null });
  });

  it("follows no redirect", async () => {
    let visits = 0;
    const elsewhere = await serve((_request, response) => {
      visits += 1;
      response.end();
    });
    await answerOf((_request, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${elsewhere}/` }).end();
    });
    expect(visits).toBe(0);
  });

  it("sends the body as it is, to the path and query as they are", async () => {
    const seen: unknown[] = [];
    const port = await serve((request, response) => {
      request.setEncoding("utf8").on("data", (body: string) => {
        seen.push([request.method, request.url, request.headers["content-type"], body]);
        response.end();
      });
    });
    await post(`http://127.0.0.1:${port}/a%20b?c=%C3%A9`);
    expect(seen).toEqual([["POST", "/a%20b?c=%C3%A9", "application/json", "{}"]]);
  });

  it("connects to the address that was checked, whatever the name means by then", async () => {
    const hosts: unknown[] = [];
    const port = await serve((request, response) => {
      hosts.push(request.headers.host);
      response.end();
    });
    expect(await post(`http://localhost:${port}/`)).toMatchObject({ result: "delivered" });
    expect(hosts).toEqual([`localhost:${port}`]);
    expect(await post(`http://localhost:${port}/`, { addresses: ["127.0.0.2"] })).toMatchObject({
      result: "unreachable",
      error: "ECONNREFUSED",
    });
  });

  it("is not made at all to an address that may not be called", async () => {
    let visits = 0;
    const port = await serve((_request, response) => {
      visits += 1;
      response.end();
    });
    const answer = await post(`http://127.0.0.1:${port}/`, { loopback: false });
    expect(answer).toMatchObject({ result: "forbidden_address", status: null });
    expect(await post("https://duka.co.ke/", { addresses: ["10.0.0.1"] })).toMatchObject({
      result: "forbidden_address",
    });
    expect(visits).toBe(0);
  });

  it("ends in time when nobody answers", async () => {
    const answer = await answerOf(() => undefined, 100);
    expect(answer).toMatchObject({ result: "timed_out", status: null, error: "no answer within 100 ms" });
  });

  it("ends in time when the answer never ends, and goes by its status", async () => {
    const answer = await answerOf((_request, response) => {
      response.writeHead(200).write("begun");
    }, 200);
    expect(answer).toMatchObject({ result: "delivered", status: 200, excerpt: "begun" });
  });

  it("is unreachable when the connection breaks", async () => {
    expect(await answerOf((request) => request.socket.destroy())).toMatchObject({
      result: "unreachable",
      error: "ECONNRESET",
    });
  });

  it("reads no more than 16 KB of an answer and keeps 1,024 characters of it", async () => {
    let isCut = false;
    const answer = await answerOf((_request, response) => {
      const more = (): void => {
        while (!isCut && response.write("ok, ".repeat(2_048)));
      };
      response.on("drain", more).on("close", () => (isCut = true));
      response.writeHead(200);
      more();
    });
    expect(answer.result).toBe("delivered");
    expect(answer.excerpt).toBe("ok, ".repeat(256).trim());
  });

  it("keeps of an answer neither phone numbers nor secrets nor control characters", async () => {
    const answer = await answerOf((_request, response) => {
      response.end('phone 0712345678, {"api_key": "hush"}\u0000\nBearer abcdefghijkl');
    });
    expect(answer.excerpt).not.toMatch(/0712345678|hush|abcdefghijkl|\p{Cc}/u);
    expect(answer.excerpt).toContain("phone");
  });

  it("tells how long the receiver wants to be left alone", async () => {
    const answer = await answerOf((_request, response) => {
      response.writeHead(503, { "retry-after": "120" }).end();
    });
    expect(answer.retryAfter).toBe("120");
  });
});
