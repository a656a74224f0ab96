/** Who watches what, on a real engine: noted, found, forgotten, and never more than ten of one payment. */
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createSocketBook } from "../../../functions/store/dynamo-sockets.ts";
import { MOST_WATCHERS, SOCKET_MS } from "../../../functions/store/socket-book.ts";
import type { SocketBook, Watcher } from "../../../functions/store/socket-book.ts";
import { connect, makeTable, NOW, watched } from "./database.ts";

const client = connect();
const { dynamo, calls } = watched(client);
let table: string;
let book: SocketBook;
let names = 0;
beforeAll(async () => {
  table = await makeTable(client, "coordination");
  const wait = () => Promise.resolve();
  book = createSocketBook({ dynamo, table, clock: { now: () => NOW }, wait, random: () => 0.5 });
});
afterAll(() => client.destroy());

const freshSubject = (): string => `pay_${(names += 1)}`;
/** API Gateway's names end so, and may hold what separates ours. */
const watcher = (subject: string, number = 0): Watcher => ({
  subject,
  connection: `${subject} ${number}=`,
  since: NOW + number,
});

it("notes a socket with two writes, and finds what it was opened for", async () => {
  const one = watcher(freshSubject());
  calls.length = 0;
  await book.join(one);
  expect(calls).toEqual(["UpdateItem", "UpdateItem"]);
  expect(await book.find(one.connection)).toEqual(one);
  expect(await book.find("nobody")).toBeNull();
});

it("knows everybody who watches any of several things, and nobody else", async () => {
  const [payment, session, other] = [freshSubject(), freshSubject(), freshSubject()];
  const watchers = [watcher(payment, 1), watcher(payment, 2), watcher(session, 3)];
  for (const one of [...watchers, watcher(other)]) await book.join(one);
  expect(await book.watching([payment, session])).toEqual(watchers);
  expect(await book.watching([freshSubject()])).toEqual([]);
});

it("forgets who is gone with one write, also twice, also the last", async () => {
  const subject = freshSubject();
  const [gone, stays] = [watcher(subject, 1), watcher(subject, 2)];
  for (const one of [gone, stays]) await book.join(one);
  calls.length = 0;
  await book.forget(subject, [gone]);
  expect(calls).toEqual(["UpdateItem"]);
  await book.forget(subject, [gone]);
  expect(await book.watching([subject])).toEqual([stays]);
  await book.forget(subject, [stays]);
  expect(await book.watching([subject])).toEqual([]);
  await book.join(gone);
  expect(await book.watching([subject])).toEqual([gone]);
});

it("keeps the newest ten of one payment, however many open at once", async () => {
  const subject = freshSubject();
  const all = Array.from({ length: MOST_WATCHERS + 3 }, (_, number) => watcher(subject, number));
  await Promise.all(all.map((one) => book.join(one)));
  expect(await book.watching([subject])).toEqual(all.slice(3));
});

it("is forgotten by itself soon after two hours", async () => {
  const one = watcher(freshSubject());
  await book.join(one);
  for (const pk of [`socket#${one.connection}`, `sockets#${one.subject}`]) {
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: { pk: { S: pk } } }));
    const seconds = Number(Item?.["ttl"]?.N) - NOW / 1_000;
    expect(seconds).toBeGreaterThanOrEqual(SOCKET_MS / 1_000);
    expect(seconds).toBeLessThan(SOCKET_MS / 1_000 + 300);
  }
});
