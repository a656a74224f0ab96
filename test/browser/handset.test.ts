/** The phone that rings, in a real browser: a payment is asked for over the API and paid, or not, on the page. */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Browser, Page } from "playwright-core";
import { ended, newPhone, pushOf, reference, start } from "../stories/storefront.ts";
import { openBrowser, openPage } from "./browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
}, 60_000);
afterAll(() => browser.close());

const SCREENS = [
  { name: "a small phone, light", options: { viewport: { width: 360, height: 740 }, colorScheme: "light" as const } },
  { name: "a desk, dark", options: { viewport: { width: 1280, height: 800 }, colorScheme: "dark" as const } },
];

/** The prompt for this order: other phones may ring at the same time, so the one that is meant is picked up first. */
const pickUp = async (page: Page, call: { phone: string; order: string }) => {
  const local = `0${call.phone.slice(3, 6)} ${call.phone.slice(6, 9)} ${call.phone.slice(9)}`;
  await page.getByRole("button", { name: new RegExp(local) }).click({ timeout: 20_000 });
  const dialog = page.getByRole("dialog").filter({ hasText: call.order });
  await dialog.waitFor({ timeout: 10_000 });
  return dialog;
};

describe.each(SCREENS)("on $name", ({ options }) => {
  test("the phone rings, a PIN is typed, and the payment succeeded with M-PESA's receipt", async () => {
    const { page, complaints } = await openPage(browser, options);
    await page.goto(`${inject("simulatorUrl")}/`);
    const phone = newPhone();
    const order = reference();
    const { body } = await start({ phone, amount: 1500, reference: order });
    const dialog = await pickUp(page, { phone, order });
    expect((await dialog.textContent())?.replaceAll(",", "")).toContain("1500");
    for (const digit of ["1", "2", "3", "4"]) await dialog.getByRole("button", { name: digit, exact: true }).click();
    await dialog.getByRole("button", { name: "Pay", exact: true }).click();
    const payment = await ended(body.id);
    expect(payment).toMatchObject({ status: "succeeded", receipt: (await pushOf(order)).receipt });
    await page
      .getByText(payment.receipt ?? "no receipt")
      .first()
      .waitFor({ timeout: 10_000 });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("nothing sticks out sideways", async () => {
    const { page } = await openPage(browser, options);
    await page.goto(`${inject("simulatorUrl")}/`);
    const overflow = await page.evaluate<number>(
      "document.documentElement.scrollWidth - document.documentElement.clientWidth",
    );
    expect(overflow).toBeLessThanOrEqual(0);
    await page.context().close();
  });
});

describe("the other answers", () => {
  const ring = async () => {
    const { page } = await openPage(browser, SCREENS[0]!.options);
    await page.goto(`${inject("simulatorUrl")}/`);
    const order = reference();
    const phone = newPhone();
    const { body } = await start({ phone, reference: order });
    const dialog = await pickUp(page, { phone, order });
    return { page, dialog, id: body.id };
  };

  test("cancel ends the payment as cancelled", async () => {
    const { page, dialog, id } = await ring();
    await dialog.getByRole("button", { name: "Cancel", exact: true }).click();
    expect((await ended(id)).failure?.code).toBe("cancelled_by_customer");
    await page.context().close();
  });

  test("a wrong PIN ends it as a wrong PIN", async () => {
    const { page, dialog, id } = await ring();
    for (let digit = 0; digit < 4; digit += 1) await dialog.getByRole("button", { name: "0", exact: true }).click();
    await dialog.getByRole("button", { name: "Pay", exact: true }).click();
    expect((await ended(id)).failure?.code).toBe("wrong_pin");
    await page.context().close();
  });

  test("the keyboard alone pays", async () => {
    const { page, id } = await ring();
    await page.keyboard.type("4321");
    await page.keyboard.press("Enter");
    expect(await ended(id)).toMatchObject({ status: "succeeded" });
    await page.context().close();
  });
});
