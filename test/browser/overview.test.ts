/** The sandbox's own page, and a newcomer's first minute: a link, a number, a PIN, and the checkout turns green. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { Browser } from "playwright-core";
import { answerPhone, newPhone } from "../stories/storefront.ts";
import { openBrowser, openPage } from "./browser.ts";
import { inspect, payWith, reach } from "./checkout-desk.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
}, 120_000);
afterAll(() => browser.close());

test.each([
  { width: 360, colorScheme: "dark" as const },
  { width: 1280, colorScheme: "light" as const },
])("the first minute ends with a paid checkout, at $width px", async ({ width, colorScheme }) => {
  const { page, complaints } = await openPage(browser, { viewport: { width, height: 860 }, colorScheme });
  await page.goto(`${inject("gatewayUrl")}/`);
  await page.getByRole("button", { name: /payment link/ }).click();
  const link = page.getByRole("link", { name: "Open the checkout" });
  await link.waitFor();
  await inspect(page, `overview-${width}`);
  const opened = page.waitForEvent("popup");
  await link.click();
  const checkout = await opened;
  const phone = newPhone();
  await payWith(checkout, `0${phone.slice(3)}`);
  await answerPhone(phone, "pay");
  await reach(checkout, "paid");
  expect(complaints).toEqual([]);
  await page.context().close();
});
