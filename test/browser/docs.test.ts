/** The documentation in a real browser: readable by everybody, on a small phone and on a desk, with nothing from elsewhere. */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { call } from "../stories/storefront.ts";
import { openBrowser, openPage } from "./browser.ts";
import { inspect } from "./checkout-desk.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
}, 60_000);
afterAll(() => browser.close());

const SMALL = { viewport: { width: 360, height: 740 }, colorScheme: "light" } as const;
const SCREENS: readonly { name: string; short: string; options: BrowserContextOptions }[] = [
  { name: "a small phone, light", short: "360", options: SMALL },
  { name: "a desk, dark", short: "1280", options: { viewport: { width: 1280, height: 800 }, colorScheme: "dark" } },
];

/** Opens a page, and notes what its policy stopped and what it asked of others. */
const open = async (path: string, options: BrowserContextOptions = SMALL) => {
  const { page, complaints } = await openPage(browser, options);
  const outside: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(inject("gatewayUrl"))) outside.push(request.url());
  });
  await page.addInitScript(
    "globalThis.stopped = []; document.addEventListener('securitypolicyviolation', (e) => stopped.push(e.violatedDirective + ' ' + e.blockedURI))",
  );
  await page.goto(`${inject("gatewayUrl")}${path}`);
  return { page, complaints, outside };
};

const stopped = (page: Page): Promise<string[]> => page.evaluate<string[]>("stopped");

const PAGES = ["/docs", "/docs/go-live", "/docs/errors/payment_in_progress"];

describe.each(SCREENS)("on $name", ({ short, options }) => {
  test.each(PAGES)("%s is for everybody, and asks nobody else", async (path) => {
    const { page, complaints, outside } = await open(path, options);
    await inspect(page, `docs-${short}${path.replaceAll("/", "-")}`);
    expect([complaints, outside, await stopped(page)]).toEqual([[], [], []]);
    await page.context().close();
  });
});

test("from an answer of the API, over the page that its type names, to the operation in the reference, which asks nobody else", async () => {
  const { body } = await call<{ type: string; code: string }>("GET", "/v1/payments/pay_none");
  expect(body.type).toBe(`${inject("gatewayUrl")}/docs/errors/not_found`);
  const { page, complaints, outside } = await open(new URL(body.type).pathname);
  await page.getByRole("heading", { name: "There is nothing here", level: 1 }).waitFor();
  await page.getByRole("link", { name: "GET /v1/payments/{id}", exact: true }).click();
  await page.waitForURL(/\/docs\/api#tag\/payments\/GET\/v1\/payments\/(\{id\}|%7Bid%7D)/);
  await page.getByRole("heading", { name: "Read a payment" }).first().waitFor({ timeout: 30_000 });
  expect([complaints, outside, await stopped(page)]).toEqual([[], [], []]);
  await page.context().close();
});

test("a block of code is copied by its button, and a reader is told", async () => {
  const { page } = await open("/docs", { ...SMALL, permissions: ["clipboard-read", "clipboard-write"] });
  await page.getByRole("button", { name: "Copy" }).first().click();
  await page.getByRole("status").filter({ hasText: "Copied" }).waitFor();
  expect(await page.evaluate<string>("navigator.clipboard.readText()")).toMatch(/^curl .*\/v1\/payments/);
  await page.context().close();
});

test("the keyboard reaches the page first, and then everything on it", async () => {
  const { page } = await open("/docs/testing");
  await page.keyboard.press("Tab");
  expect(await page.evaluate<string>("document.activeElement.textContent")).toBe("To the page");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  expect(await page.evaluate<string>("document.activeElement.getAttribute('href')")).toBe("#what-runs");
  await page.context().close();
});

test("without script the guides read the same", async () => {
  const { page } = await open("/docs/idempotency", { ...SMALL, javaScriptEnabled: false });
  expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Idempotency");
  expect(await page.getByText("order-1001-1").count()).toBeGreaterThan(0);
  await page.context().close();
});
