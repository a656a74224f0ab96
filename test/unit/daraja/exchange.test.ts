import { describe, expect, test } from "vitest";
import { exchange, explainFailure } from "../../../functions/daraja/exchange.ts";
import { BODY_LIMIT } from "../../../functions/daraja/foreign-json.ts";
import { deadUrl, httpServer, tcpServer } from "./loopback.ts";

const post = (url: string, timeoutMs = 2_000) =>
  exchange(fetch, { method: "POST", url, headers: { "content-type": "application/json" }, body: "{}", timeoutMs });

/** The machine's own resolver says that there is no such name, and a busy machine's takes seconds. */
const RESOLVER_PATIENCE_MS = 30_000;

describe("what came back", () => {
  test("is an answer whatever its status, and redirects are not followed", async () => {
    const { url, heard } = await httpServer((_, response) => response.writeHead(307, { location: "/again" }).end("go"));
    expect(await post(url)).toEqual({ got: "answer", http: { status: 307, body: "go" } });
    expect(heard).toHaveLength(1);
  });

  test("is read up to the limit and no further", async () => {
    const { url } = await httpServer((_, response) => {
      response.write("x".repeat(BODY_LIMIT + 5_000));
      // The rest never comes.
    });
    const came = await post(url);
    expect(came.got === "answer" && came.http.body.length).toBe(BODY_LIMIT);
  });

  test("uses a connection of its own for every request", async () => {
    const { url, heard } = await httpServer((_, response) => response.end());
    await post(url);
    expect(heard[0]?.headers.connection).toBe("close");
  });
});

describe("what did not come back", () => {
  test("a refused connection is proof that nothing was sent", async () => {
    expect(await post(await deadUrl())).toEqual({ got: "nothing", sent: "no", because: "ECONNREFUSED" });
  });

  test("a name that nobody knows is proof too", async () => {
    expect(await post("http://daraja.invalid", RESOLVER_PATIENCE_MS)).toMatchObject({ got: "nothing", sent: "no" });
  });

  test("a reset after the request was read is not", async () => {
    const url = await tcpServer((socket) => socket.once("data", () => socket.resetAndDestroy()));
    expect(await post(url)).toEqual({ got: "nothing", sent: "maybe", because: "ECONNRESET" });
  });

  test("a connection that is closed without an answer is not", async () => {
    const url = await tcpServer((socket) => socket.once("data", () => socket.end()));
    expect(await post(url)).toMatchObject({ got: "nothing", sent: "maybe" });
  });

  test("silence until the timeout is not", async () => {
    const url = await tcpServer(() => undefined);
    expect(await post(url, 100)).toEqual({ got: "nothing", sent: "maybe", because: "TimeoutError" });
  });

  test("an answer that breaks off is not", async () => {
    const url = await tcpServer((socket) =>
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")),
    );
    expect(await post(url)).toEqual({ got: "nothing", sent: "maybe", because: "answer_broke_off" });
  });

  test("words that are no HTTP are not", async () => {
    const url = await tcpServer((socket) => socket.once("data", () => socket.end("hello\r\n\r\n")));
    expect(await post(url)).toMatchObject({ got: "nothing", sent: "maybe" });
  });

  test("several addresses tried are proof only when none of them connected", () => {
    const refused = Object.assign(new Error("x"), { code: "ECONNREFUSED", syscall: "connect" });
    const reset = Object.assign(new Error("x"), { code: "ECONNRESET", syscall: "read" });
    const failed = (...errors: Error[]) => new TypeError("fetch failed", { cause: new AggregateError(errors) });
    expect(explainFailure(failed(refused, refused)).sent).toBe("no");
    expect(explainFailure(failed(refused, reset)).sent).toBe("maybe");
    expect(explainFailure(failed()).sent).toBe("maybe");
  });

  test("a certificate that does not hold is proof: the request is written after the handshake", () => {
    const cause = Object.assign(new Error("x"), { code: "CERT_HAS_EXPIRED" });
    expect(explainFailure(new TypeError("fetch failed", { cause }))).toEqual({
      got: "nothing",
      sent: "no",
      because: "CERT_HAS_EXPIRED",
    });
  });

  test("anything else that is thrown is not", () => {
    for (const thrown of [null, "x", new Error("x"), new TypeError("fetch failed", { cause: "y" })])
      expect(explainFailure(thrown).sent).toBe("maybe");
  });
});
