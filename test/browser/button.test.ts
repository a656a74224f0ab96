/** `<malipo-button>` on a shop's own page, in a real browser: a window of its own, and the shop's page hears how it went. */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { answerPhone, newPhone, truthOf, until } from "../stories/storefront.ts";
import { openBrowser, openPage } from "./browser.ts";
import { inspect, link, payWith, reach } from "./checkout-desk.ts";
import { openShop } from "./shop.ts";
import type { Shop } from "./shop.ts";

let browser: Browser;
let shop: Shop;
beforeAll(async () => {
  [browser, shop] = await Promise.all([openBrowser(), openShop(inject("gatewayUrl"))]);
}, 60_000);
afterAll(async () => {
  await browser.close();
  await shop.close();
});

const SMALL = { viewport: { width: 360, height: 740 }, locale: "en-KE" } as const;
const DESK = { viewport: { width: 1280, height: 800 }, locale: "en-KE" } as const;

/** Keeps what the button says, where the test finds it. */
const KEEP_EVENTS = `
  globalThis.heard = [];
  for (const type of ["malipo:succeeded", "malipo:closed"])
    document.addEventListener(type, ({ detail }) => heard.push({ type, detail }));`;

interface Heard {
  readonly type: string;
  readonly detail: { readonly payment?: { readonly status: string; readonly reference: string } };
}

const visit = async (url: string, options: BrowserContextOptions = SMALL, script = "") => {
  const { page, complaints } = await openPage(browser, options);
  await page.addInitScript(`${KEEP_EVENTS}${script}`);
  await page.goto(url);
  return { page, complaints, button: page.getByRole("button") };
};

const hears = async (page: Page, type: string): Promise<Heard> => {
  const said = await until(
    () => page.evaluate<Heard[]>("heard"),
    (heard) => heard.some((one) => one.type === type),
  );
  return said.find((one) => one.type === type)!;
};

test.each([
  ["360", SMALL],
  ["1280", DESK],
] as const)("pressed, paid in the other window, and the shop's page hears it (%s)", async (short, options) => {
  const { order, url } = await link();
  const { page, complaints, button } = await visit(shop.page(url), options);
  await page.getByRole("button", { name: "Pay with M-PESA" }).waitFor();
  await inspect(page, `button-${short}-ready`);
  const [checkout] = await Promise.all([page.waitForEvent("popup"), button.click()]);
  await reach(checkout, "ask");
  expect(await checkout.evaluate<unknown>("window.opener")).toBeNull();
  await page
    .getByRole("status")
    .getByText(/open in another window/)
    .waitFor({ state: "attached" });
  const phone = newPhone();
  await payWith(checkout, phone);
  await answerPhone(phone, "pay");
  await reach(checkout, "paid");
  const { detail } = await hears(page, "malipo:succeeded");
  expect(detail.payment).toMatchObject({ status: "succeeded", reference: order });
  await page.getByRole("button", { name: "Paid with M-PESA" }).waitFor();
  await inspect(page, `button-${short}-paid`);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("pressed five times it is one window, and closing that is told", async () => {
  const { order, url } = await link();
  const { page, button } = await visit(shop.page(url));
  await button.waitFor();
  const [checkout] = await Promise.all([page.waitForEvent("popup"), button.click()]);
  await reach(checkout, "ask");
  for (let press = 0; press < 4; press += 1) await button.click();
  expect(page.context().pages()).toHaveLength(2);
  await checkout.close();
  await hears(page, "malipo:closed");
  expect(await truthOf(order)).toEqual([]);
  await Promise.all([page.waitForEvent("popup"), button.click()]);
  await page.context().close();
});

test("where the browser opens no windows, the shop's page itself goes to the checkout", async () => {
  const { url } = await link();
  const { page, button } = await visit(shop.page(url), SMALL, "window.open = () => null;");
  await button.click();
  await reach(page, "ask");
  expect(page.url()).toBe(url);
  await page.context().close();
});

test("the keyboard finds it, and it says what the shop writes, in the language that the shop asks for", async () => {
  const { url } = await link();
  const { page } = await visit(shop.page(url, 'lang="sw"'));
  await page.getByRole("button", { name: "Lipa kwa M-PESA" }).waitFor();
  await page.keyboard.press("Tab");
  await Promise.all([page.waitForEvent("popup"), page.keyboard.press("Enter")]);
  await page.getByText(/Ukurasa wa malipo umefunguliwa/).waitFor({ state: "attached" });
  await page.goto(shop.page(url, 'label="Buy the chairs"'));
  await page.getByRole("button", { name: "Buy the chairs" }).waitFor();
  await page.context().close();
});

test("what is no payment link opens nothing, and its owner is told why", async () => {
  const { page, complaints, button } = await visit(shop.page("javascript:alert(1)"));
  await button.click({ force: true });
  expect(await button.getAttribute("aria-disabled")).toBe("true");
  expect(page.context().pages()).toHaveLength(1);
  expect(complaints.join()).toMatch(/`session` has to be/);
  await page.context().close();
});

test("it weighs at most 5 KB, zipped, and no page may frame the checkout", async () => {
  const script = await fetch(`${inject("gatewayUrl")}/checkout/button.js`);
  expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect(script.headers.get("cache-control")).toBe("no-cache");
  expect(gzipSync(Buffer.from(await script.arrayBuffer()), { level: 9 }).length).toBeLessThanOrEqual(5_120);
  const page = await fetch((await link()).url);
  expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
});
