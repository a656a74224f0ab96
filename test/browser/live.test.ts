/** The checkout page's socket in a real browser: it tells at once, and whoever has none, or loses it, waits hardly longer. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { Browser, Page, WebSocket } from "playwright-core";
import { connectControl } from "../../sandbox/control/client.ts";
import { answerPhone, newPhone } from "../stories/storefront.ts";
import { openBrowser, openPage } from "./browser.ts";
import { link, payWith, reach } from "./checkout-desk.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
}, 60_000);
afterAll(() => browser.close());

const SMALL = { viewport: { width: 360, height: 740 }, locale: "en-KE" } as const;

/** Resolves when the page's next socket has said something. */
const nextHeard = (page: Page): Promise<WebSocket> =>
  new Promise((resolve) => {
    page.once("websocket", (socket) => socket.once("framereceived", () => resolve(socket)));
  });

const waiting = async () => {
  const { page } = await openPage(browser, SMALL);
  const phone = newPhone();
  await page.goto((await link()).url);
  return { page, phone };
};

test("with its clock standing still the page sees that it was paid, because it is told", async () => {
  const { page, phone } = await waiting();
  await page.clock.install();
  await page.reload();
  const heard = nextHeard(page);
  await payWith(page, phone);
  await heard;
  await reach(page, "waiting");
  // Less than a question may take: one that is out just now is still answered.
  await page.clock.pauseAt(Date.now() + 10_000);
  await answerPhone(phone, "pay");
  await reach(page, "paid");
  await page.context().close();
});

test("cut off while the phone rings, it is connected again and told", async () => {
  const { page, phone } = await waiting();
  const first = nextHeard(page);
  await payWith(page, phone);
  const socket = await first;
  const second = nextHeard(page);
  await connectControl(inject("controlUrl")).cutSockets();
  await second;
  expect(socket.isClosed()).toBe(true);
  await answerPhone(phone, "pay");
  await reach(page, "paid");
  await page.context().close();
});

test("where no socket gets through, it asks, and sees it all the same", async () => {
  const { page, phone } = await waiting();
  await page.routeWebSocket(/\/ws\?/, (socket) => socket.close({ code: 1011 }));
  await page.reload();
  await payWith(page, phone);
  await reach(page, "waiting");
  await answerPhone(phone, "pay");
  await reach(page, "paid");
  await page.context().close();
});
