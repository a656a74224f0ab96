/** The page of metrics: an empty stage says how to make something move, and what then moves is drawn, rings, and leads on. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { Browser, Locator, Page } from "playwright-core";
import { openBrowser, openPage } from "./browser.ts";
import { inspect } from "./checkout-desk.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
}, 120_000);
afterAll(() => browser.close());

/** The chart library asks the browser for its language, and the one from npm has none of its own. */
const LOCALE = "en-KE";

const TURNS = 20;

/** Presses until an alarm rings: another story may have asked the same phone, and nobody is asked twice at once. */
const makeRing = async (page: Page, alarm: Locator): Promise<void> => {
  for (let turn = 0; turn < TURNS && (await alarm.count()) === 0; turn += 1) {
    await page.getByRole("button", { name: "An alarm rings" }).click();
    await alarm.waitFor({ timeout: 5_000 }).catch(() => undefined);
  }
  await alarm.waitFor();
};

test("a press makes an alarm ring and a chart move, on a phone and on a desk, and the runbook is one link away", async () => {
  const options = { viewport: { width: 360, height: 860 }, colorScheme: "dark", locale: LOCALE } as const;
  const { page, complaints } = await openPage(browser, options);
  await page.goto(`${inject("gatewayUrl")}/metrics`);
  const alarm = page.locator("#ringing").getByRole("listitem").filter({ hasText: "Exception opened" });
  await makeRing(page, alarm);
  await page.getByRole("img", { name: /^What somebody has to look at: .*exception opened [1-9]/ }).waitFor();
  await inspect(page, "metrics-360");
  await page.setViewportSize({ width: 1280, height: 860 });
  await page.emulateMedia({ colorScheme: "light" });
  await page.getByText(/^All \d+ alarms$/).click();
  await inspect(page, "metrics-1280");
  await alarm.getByRole("link", { name: "What to do" }).click();
  await page.getByRole("heading", { name: "exception opened" }).waitFor();
  expect(new URL(page.url()).hash).toBe("#exception-opened");
  expect(complaints).toEqual([]);
});
