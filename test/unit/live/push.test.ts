/** What becomes of a payment's sockets when it changes. */
import { expect, test } from "vitest";
import { paymentView } from "../../../functions/api/payment-view.ts";
import type { Payment } from "../../../functions/domain/payment.ts";
import { createPush } from "../../../functions/live/push.ts";
import type { MessageCode } from "../../../functions/runtime/logger.ts";
import type { SocketBook, Watcher } from "../../../functions/store/socket-book.ts";
import { PAYMENT, SESSION, bookInMemory, paymentBegunBy, say, socketsThat, timers } from "./sockets-in-memory.ts";
import type { Behaviour } from "./sockets-in-memory.ts";

const watcher = (connection: string, subject = PAYMENT): Watcher => ({ connection, subject, since: 0 });

const desk = (
  watchers: readonly Watcher[],
  behaviours: Record<string, Behaviour> = {},
  more: Partial<SocketBook> = {},
) => {
  const { book, names } = bookInMemory(watchers);
  const { send, heard } = socketsThat(behaviours);
  const clock = timers();
  const logged: MessageCode[] = [];
  const log = { warn: (code: MessageCode) => void logged.push(code) };
  const push = createPush({ sockets: { ...book, ...more }, send, say, log, later: clock.later });
  return { push, names, heard, logged, ...clock };
};

const byKey: Payment = paymentBegunBy("key:key_1", { version: 7 });

test("every socket of the payment hears it as the API shows it, with its version; others hear nothing", async () => {
  const { push, heard, waiting } = desk([watcher("a"), watcher("b"), watcher("c", `pay_${"2".repeat(26)}`)]);
  await push(byKey);
  expect(heard.map(({ connection }) => connection)).toEqual(["a", "b"]);
  for (const { text } of heard)
    expect(JSON.parse(text)).toEqual({
      type: "payment.updated",
      payment: JSON.parse(JSON.stringify(paymentView(byKey))) as unknown,
      sequence: 7,
    });
  expect(waiting.size).toBe(0);
});

test("a checkout session's sockets hear of the tries that its own page began, and of no others", async () => {
  const { push, heard } = desk([watcher("page", SESSION)]);
  await push(paymentBegunBy(`checkout:${SESSION}`));
  await push(paymentBegunBy(`checkout:cks_${"3".repeat(26)}`));
  await push(paymentBegunBy("key:key_1"));
  await push(paymentBegunBy(`checkout:${PAYMENT}`));
  expect(heard).toHaveLength(1);
});

test("for a payment that was only just made nobody is looked up", async () => {
  const watching = () => Promise.reject(new Error("nobody should ask"));
  const { push, logged } = desk([], {}, { watching });
  await push({ ...byKey, history: byKey.history.slice(0, 1) });
  expect(logged).toEqual([]);
});

test("a socket that is gone is forgotten, and the others stay", async () => {
  const { push, names, heard, logged } = desk([watcher("a"), watcher("left"), watcher("b")], { left: "gone" });
  await push(byKey);
  expect(names()).toEqual(["a", "b"]);
  expect(heard).toHaveLength(2);
  expect(logged).toEqual([]);
});

test("a socket that fails is kept, and holds nobody up", async () => {
  const { push, names, heard, logged } = desk([watcher("bad"), watcher("a")], { bad: "fails" });
  await push(byKey);
  expect(names()).toEqual(["bad", "a"]);
  expect(heard.map(({ connection }) => connection)).toEqual(["a"]);
  expect(logged).toEqual(["live.not_pushed"]);
});

test("one that hangs is waited for a second, while the others have heard at once", async () => {
  const { push, heard, pass, logged } = desk([watcher("slow"), watcher("a")], { slow: "hangs" });
  const pushed = push(byKey);
  await pass(0);
  expect(heard.map(({ connection }) => connection)).toEqual(["a"]);
  await pass(999);
  expect(logged).toEqual([]);
  await pass(1_000);
  await pushed;
  expect(logged).toEqual(["live.not_pushed"]);
});

test("a book that can't be read, or never answers, is given up and nobody is told of a fault", async () => {
  const broken = desk([], {}, { watching: () => Promise.reject(new Error("down")) });
  await broken.push(byKey);
  expect(broken.logged).toEqual(["live.not_pushed"]);
  const silent = desk([], {}, { watching: () => new Promise(() => undefined) });
  const pushed = silent.push(byKey);
  await silent.pass(3_000);
  await pushed;
  expect(silent.logged).toEqual(["live.not_pushed"]);
});
