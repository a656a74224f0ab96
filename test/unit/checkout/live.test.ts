/** The page's socket: one at a time, tried ever more rarely, and never missed when it is gone. */
import { beforeEach, expect, it } from "vitest";
import { listener } from "../../../web/checkout/src/live.ts";
import type { Listener, Socket } from "../../../web/checkout/src/live.ts";

interface Opened extends Socket {
  readonly said: string[];
  readonly happens: (what: "open" | "message" | "close") => void;
  isClosed: boolean;
}

let opened: Opened[];
let news: number;
let now: number;

const fake = (): Opened => {
  const listeners: { happened: string; run: () => void }[] = [];
  const said: string[] = [];
  const socket: Opened = {
    said,
    isClosed: false,
    addEventListener: (happened, run) => void listeners.push({ happened, run }),
    happens: (what) => {
      for (const { run } of listeners.filter(({ happened }) => happened === what)) run();
    },
    send: (text) => void said.push(text),
    close: () => (socket.isClosed = true),
  };
  opened.push(socket);
  return socket;
};

const begin = (): Listener => listener({ open: fake, changed: () => (news += 1), now: () => now });

beforeEach(() => {
  opened = [];
  news = 0;
  now = 1_000_000;
});

it("opens one socket, asks it for the state, and counts on it once it has said something", () => {
  const { listen } = begin();
  expect([listen(), listen()]).toEqual([false, false]);
  expect(opened).toHaveLength(1);
  opened[0]?.happens("open");
  expect(opened[0]?.said).toEqual(['{"action":"state"}']);
  expect(listen()).toBe(false);
  opened[0]?.happens("message");
  expect(listen()).toBe(true);
  expect(news).toBe(1);
});

it("says at once that it dropped out, and tries again ever more rarely until somebody is heard", () => {
  const { listen } = begin();
  const gaps: number[] = [];
  let tried = now;
  for (let round = 0; round < 8; round += 1) {
    while (opened.length <= round) {
      listen();
      if (opened.length <= round) now += 500;
    }
    gaps.push(now - tried);
    tried = now;
    opened[round]?.happens("close");
    expect(news).toBe(round + 1);
  }
  expect(gaps).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

it("opens the next one at once after one on which somebody was heard", () => {
  const { listen } = begin();
  for (let round = 0; round < 5; round += 1) {
    listen();
    opened.at(-1)?.happens("close");
    now += 30_000;
  }
  listen();
  opened.at(-1)?.happens("message");
  now += 60_000;
  opened.at(-1)?.happens("close");
  expect(opened).toHaveLength(6);
  expect(listen()).toBe(false);
  expect(opened).toHaveLength(7);
  opened.at(-1)?.happens("close");
  listen();
  expect(opened).toHaveLength(7);
  now += 1_000;
  listen();
  expect(opened).toHaveLength(8);
});

it("counts on nobody after the socket was given up, whatever is still said on it", () => {
  const { listen, drop } = begin();
  listen();
  opened[0]?.happens("message");
  drop();
  expect(opened[0]?.isClosed).toBe(true);
  opened[0]?.happens("close");
  expect(news).toBe(1);
  now += 60_000;
  expect(listen()).toBe(false);
  opened[0]?.happens("message");
  expect(listen()).toBe(false);
  expect(opened).toHaveLength(2);
});
