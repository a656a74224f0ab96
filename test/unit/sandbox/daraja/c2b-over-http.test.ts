/** C2B on a real port: a validation whose answer is read, a statement that is a file, and changes that are gathered. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readXlsx } from "hucre/xlsx";
import { expect, onTestFinished, test } from "vitest";
import { REGISTER_PATH, registration } from "./c2b-world.ts";
import type { Json } from "./manual-world.ts";
import { openEvents, start } from "./running-simulator.ts";

/** A business that answers every validation with this. */
const startBusiness = async (answer: string, status = 200) => {
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.writeHead(status).end(answer));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const startWith = async (answer: string) => {
  const simulator = await start({ switches: { time_scale: 0.01, c2b_validation_ms: 500 } });
  const business = await startBusiness(answer);
  const urls = { ConfirmationURL: `${business}/c`, ValidationURL: `${business}/v`, ResponseType: "Cancelled" };
  await fetch(`${simulator.url}${REGISTER_PATH}`, {
    method: "POST",
    headers: { authorization: `Bearer ${await simulator.token()}`, "content-type": "application/json" },
    body: JSON.stringify(registration(urls)),
  });
  const order = { shortcode: "174379", reference: "INV-7", amount: 1500, msisdn: "254712345678" };
  const list = async () => {
    const answered = await fetch(`${simulator.url}/simulator/transactions?kind=c2b`);
    return ((await answered.json()) as { data: Json[] }).data;
  };
  return { ...simulator, pay: () => simulator.control("c2b", order), list };
};

test.each([
  ['{"ResultCode":"0","ThirdPartyTransID":"p1"}', { state: "paid", validation: "accepted" }],
  ['{"ResultCode":"C2B00012","ResultDesc":"Rejected"}', { state: "failed", result_code: "C2B00012" }],
  [`{"ResultCode":"0","padding":"${"x".repeat(100_000)}"}`, { state: "failed", validation: "unanswered" }],
  ["", { state: "failed", validation: "unanswered" }],
])("a validation answered with %.60s decides", async (answer, expected) => {
  const simulator = await startWith(answer);
  await simulator.pay();
  await expect.poll(simulator.list).toMatchObject([expected]);
});

test("the event stream gathers payments from menus, and a statement is a file that a spreadsheet opens", async () => {
  const simulator = await startWith('{"ResultCode":0}');
  const events = await openEvents(simulator.url);
  expect((await events.next()).type).toBe("snapshot");
  await simulator.pay();
  const { type, data } = await events.next();
  expect(type).toBe("transactions");
  expect(data).toMatchObject([{ kind: "c2b", amount: 1500 }]);
  await expect.poll(simulator.list).toMatchObject([{ state: "paid" }]);
  const response = await fetch(`${simulator.url}/simulator/statement?format=xlsx`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect(response.headers.get("content-length")).toBe(String(bytes.length));
  expect((await readXlsx(bytes)).sheets[0]?.rows).toHaveLength(8);
});
