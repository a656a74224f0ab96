/** A shop's server that uses the client: the same promises as over plain HTTP, with less to write. */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { MalipoProblem, createMalipo, each } from "../../web/client/src/malipo.ts";
import { KEYS, answerPhone, gateway, newPhone, reference, truthOf, until } from "./storefront.ts";

const shop = (more: Partial<Parameters<typeof createMalipo>[0]> = {}) =>
  createMalipo({ baseUrl: gateway(), key: KEYS.storefront, ...more } as Parameters<typeof createMalipo>[0]);

test("money is asked for, waited for, found again, and given back", async () => {
  const malipo = shop({ openSocket: null });
  const [phone, order] = [newPhone(), reference()];
  const payment = await malipo.startPayment({ amount: 120, phone, reference: order, metadata: { table: "7" } });
  expect(payment).toMatchObject({ status: "pending", reference: order, metadata: { table: "7" } });
  const stages: (string | null)[] = [];
  const [ended] = await Promise.all([
    malipo.waitForPayment(payment, { onChange: ({ stage }) => stages.push(stage) }),
    answerPhone(phone, "pay"),
  ]);
  expect(ended).toMatchObject({ id: payment.id, status: "succeeded", amount: 120 });
  expect(stages.at(-1)).toBeNull();
  const found: string[] = [];
  for await (const { id } of each(malipo.listPayments, { reference: order, limit: "1" })) found.push(id);
  expect(found).toEqual([payment.id]);
  expect(await malipo.startRefund(payment.id, { amount: 20, reason: "One cup less" })).toMatchObject({
    object: "refund",
    payment: payment.id,
    amount: 20,
  });
});

test("an answer that is lost on its way back costs one repetition, and the phone rings once", async () => {
  const [phone, order] = [newPhone(), reference()];
  let sent = 0;
  const malipo = shop({
    fetch: async (request) => {
      const response = await fetch(request);
      sent += 1;
      if (sent > 1) return response;
      await response.body?.cancel();
      throw new TypeError("the connection was reset");
    },
  });
  const payment = await malipo.startPayment({ amount: 10, phone, reference: order });
  expect(sent).toBe(2);
  await answerPhone(phone, "cancel");
  const ended = await malipo.waitForPayment(payment);
  expect(ended.failure?.code).toBe("cancelled_by_customer");
  expect(await truthOf(order)).toHaveLength(1);
});

test("a payer's browser waits with its token alone, woken by the socket", async () => {
  const phone = newPhone();
  const { id, client_token } = await shop().startPayment({ amount: 10, phone, reference: reference() });
  const spoken: string[] = [];
  const browser = createMalipo({
    baseUrl: gateway(),
    clientToken: client_token,
    openSocket: (url) => {
      const socket = new WebSocket(url);
      socket.on("message", (data: Buffer) => spoken.push(data.toString()));
      return socket;
    },
  });
  const waiting = browser.waitForPayment(id);
  const heard = () => spoken.filter((message) => message.includes('"payment.updated"'));
  await until(
    () => Promise.resolve(heard()),
    ({ length }) => length > 0,
  );
  await answerPhone(phone, "pay");
  expect((await waiting).status).toBe("succeeded");
  await expect(browser.listPayments()).rejects.toMatchObject({ code: "forbidden" });
});

test("a mistake is thrown with the field that it is in", async () => {
  const fault: unknown = await shop()
    .startPayment({ amount: 0, phone: "0712", reference: reference() })
    .catch((each: unknown) => each);
  expect(fault).toBeInstanceOf(MalipoProblem);
  expect(fault).toMatchObject({ code: "invalid_request", status: 400, retryable: false });
  expect((fault as MalipoProblem).errors.map(({ pointer }) => pointer)).toContain("/amount");
  expect((fault as MalipoProblem).requestId).toMatch(/\w/);
});

test("the README's example runs as it is written", async () => {
  const readme = await readFile(new URL("../../web/client/README.md", import.meta.url), "utf8");
  const example = /```ts\n([^]*?)```/.exec(readme)?.[1] ?? "";
  const phone = newPhone();
  const replaced = Object.entries({
    "http://127.0.0.1:8080": gateway(),
    "254700000000": phone,
    "order-1001": randomUUID(),
    "INV-1001": reference(),
  }).reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replaceAll(from, to);
  }, example);
  const directory = await mkdtemp(path.join(tmpdir(), "malipo-readme-"));
  try {
    await writeFile(path.join(directory, "example.mts"), replaced);
    const root = new URL("../..", import.meta.url);
    const running = promisify(execFile)(process.execPath, ["--import", "tsx", path.join(directory, "example.mts")], {
      cwd: root,
      env: { ...process.env, TSX_TSCONFIG_PATH: "docs/samples/shop/tsconfig.json" },
      timeout: 50_000,
    });
    await answerPhone(phone, "pay");
    expect((await running).stdout).toMatch(/^Paid: [A-Z0-9]+\n$/);
  } finally {
    await rm(directory, { recursive: true });
  }
});
