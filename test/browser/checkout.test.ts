/** The checkout page in a real browser, on a payer's small phone and on a desk: what a person sees in every state. */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { answerPhone, newPhone, payer, truthOf } from "../stories/storefront.ts";
import { openBrowser, openPage } from "./browser.ts";
import { begun, inspect, link, payInTurn, payWith, reach } from "./checkout-desk.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
}, 60_000);
afterAll(() => browser.close());

const SMALL = { viewport: { width: 360, height: 740 }, colorScheme: "light", locale: "en-KE" } as const;
const SCREENS: readonly { name: string; short: string; options: BrowserContextOptions }[] = [
  { name: "a small phone, light", short: "360", options: SMALL },
  {
    name: "a desk, dark",
    short: "1280",
    options: { viewport: { width: 1280, height: 800 }, colorScheme: "dark", locale: "en-KE" },
  },
];

const open = async (url: string, options: BrowserContextOptions = SMALL) => {
  const opened = await openPage(browser, options);
  await opened.page.goto(url);
  return opened;
};

const ending: readonly (readonly [nn: string, screen: string, says: RegExp])[] = [
  ["00", "paid", /M-PESA receipt/],
  ["01", "failed", /balance is not enough/],
  ["02", "failed", /cancelled on your phone/],
  ["03", "failed", /could not reach your phone/],
  ["04", "failed", /PIN was not correct/],
  ["05", "failed", /timed out/],
  ["06", "failed", /busy with another M.PESA transaction/],
];

describe.each(SCREENS)("on $name", ({ short, options }) => {
  test("the question, the phone that rings, and the money that has arrived", async () => {
    const { order, url } = await link({ description: "Order 1001" });
    const { page, complaints } = await open(url, options);
    await reach(page, "ask");
    await inspect(page, `${short}-ask`);
    const phone = newPhone();
    await page.getByRole("textbox").fill(`+${phone.slice(0, 3)} (0) ${phone.slice(3)}`);
    const local = `0${phone.slice(3, 6)} ${phone.slice(6, 9)} ${phone.slice(9)}`;
    await page.getByText(`We will ask ${local}`).waitFor();
    await inspect(page, `${short}-understood`);
    await page.getByRole("button", { name: /Pay KSh/ }).click();
    await reach(page, "waiting");
    await page.getByText(`We asked ${local}`).waitFor();
    await inspect(page, `${short}-waiting`);
    await answerPhone(phone, "pay");
    await reach(page, "paid");
    const [push] = await truthOf(order);
    await page.getByText(push?.receipt ?? "no receipt").waitFor();
    await inspect(page, `${short}-paid`);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test.each(ending)("payer %s ends at %s", async (nn, screen, says) => {
    const { page } = await open((await link()).url, options);
    await payInTurn(page, payer(nn));
    await reach(page, screen);
    await page.getByText(says).waitFor();
    await inspect(page, `${short}-payer-${nn}`);
    await page.context().close();
  });

  test("a number that is none, a link that is over, and one that is broken", async () => {
    const { id, url } = await link();
    const { page } = await open(url, options);
    await payWith(page, "0712 345");
    await page.getByText(/digits are missing/).waitFor();
    await inspect(page, `${short}-mistake`);
    await page.goto(`${inject("gatewayUrl")}/checkout/${id}#ct_forged`);
    await reach(page, "broken");
    await inspect(page, `${short}-broken`);
    await page.context().close();
  });
});

describe("a payment that the shop began with a number has a page too", () => {
  test("it shows the phone that rings and the money that has arrived, and asks for no number", async () => {
    const phone = newPhone();
    const { order, url } = await begun(phone);
    const { page, complaints } = await open(url);
    await reach(page, "waiting");
    await answerPhone(phone, "pay");
    await reach(page, "paid");
    const [push] = await truthOf(order);
    await page.getByText(push?.receipt ?? "no receipt").waitFor();
    await inspect(page, "360-begun-paid");
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("it says what went wrong, and sends the payer back to the shop", async () => {
    const phone = newPhone();
    const { url } = await begun(phone);
    const { page } = await open(url);
    await reach(page, "waiting");
    await answerPhone(phone, "cancel");
    await reach(page, "failed");
    await page.getByText(/cancelled on your phone/).waitFor();
    await page.getByText("To try again, go back to Malipo Demo Shop.").waitFor();
    expect(await page.getByRole("textbox").count()).toBe(0);
    await inspect(page, "360-begun-failed");
    await page.context().close();
  });
});

test("in Swahili, and it stays so after a reload", async () => {
  const { page } = await open((await link()).url, { ...SMALL, colorScheme: "dark" });
  await page.getByRole("button", { name: "Kiswahili" }).click();
  await page.getByText("Nambari yako ya M-PESA").waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("sw");
  await page.reload();
  await page.getByText("Nambari yako ya M-PESA").waitFor();
  await inspect(page, "360-swahili-dark");
  await payInTurn(page, payer("01"));
  await reach(page, "failed");
  await page.getByText(/Salio lako/).waitFor();
  await inspect(page, "360-swahili-failed-dark");
  await page.context().close();
});

test("reloaded, left and come back to while the phone rings, it goes on where it was", async () => {
  const { order, url } = await link();
  const { page } = await open(url);
  const phone = newPhone();
  await payWith(page, phone);
  await reach(page, "waiting");
  await page.reload();
  await reach(page, "waiting");
  await page.goto("about:blank");
  await page.goBack();
  await reach(page, "waiting");
  await answerPhone(phone, "pay");
  await reach(page, "paid");
  await page.getByRole("link", { name: /Back to/ }).click();
  await page.waitForURL(/thanks/);
  await page.goBack();
  await reach(page, "paid");
  expect(await truthOf(order)).toHaveLength(1);
  await page.context().close();
});

test("the button pressed five times, in two windows, is one prompt", async () => {
  const { order, url } = await link();
  const [first, second] = [await open(url), await open(url)];
  const phone = newPhone();
  for (const { page } of [first, second]) await page.getByRole("textbox").fill(phone);
  const fivefold = "for (let n = 0; n < 5; n += 1) document.querySelector('button.pay').click()";
  await Promise.all([first, second].map(({ page }) => page.evaluate(fivefold)));
  await Promise.all([first, second].map(({ page }) => reach(page, "waiting")));
  await answerPhone(phone, "pay");
  await Promise.all([first, second].map(({ page }) => reach(page, "paid")));
  expect(await truthOf(order)).toHaveLength(1);
  for (const { page } of [first, second]) await page.context().close();
});

test("offline while the phone rings, and back, it shows what happened meanwhile", async () => {
  const { page } = await open((await link()).url);
  const phone = newPhone();
  await payWith(page, phone);
  await reach(page, "waiting");
  await page.context().setOffline(true);
  await page.getByText(/You are offline/).waitFor();
  await inspect(page, "360-offline");
  await answerPhone(phone, "pay");
  await page.context().setOffline(false);
  await reach(page, "paid");
  await page.context().close();
});

test("money that arrives after the page had called it failed is understood", async () => {
  const { page } = await open((await link()).url);
  await payInTurn(page, payer("17"));
  await reach(page, "failed");
  await reach(page, "paid", 45_000);
  await page.getByText(/confirmed this payment after all/).waitFor();
  await inspect(page, "360-late");
  await page.context().close();
});

test("after a failure the same number, which is still there, is asked anew", async () => {
  const { order, url } = await link();
  const { page } = await open(url);
  const phone = newPhone();
  await payWith(page, phone);
  await answerPhone(phone, "cancel");
  await reach(page, "failed");
  await page.getByRole("button", { name: "Try again" }).click();
  await reach(page, "waiting");
  await answerPhone(phone, "pay");
  await reach(page, "paid");
  expect(await truthOf(order)).toHaveLength(2);
  await page.context().close();
});

test("the keyboard alone pays", async () => {
  const { page } = await open((await link()).url);
  await reach(page, "ask");
  await page.keyboard.press("Tab");
  const phone = newPhone();
  await page.keyboard.type(phone);
  await page.keyboard.press("Enter");
  await answerPhone(phone, "pay");
  await reach(page, "paid");
  expect(await page.evaluate<string>("document.activeElement.textContent")).toBe("Paid");
  await page.context().close();
});

test("all that the page loads is at most 80,000 bytes, zipped, and none of it is anybody else's", async () => {
  const { page } = await openPage(browser, SMALL);
  const loaded = new Map<string, number>();
  page.on("response", async (response) => {
    if (!response.url().includes("/checkout/")) return;
    loaded.set(response.url(), gzipSync(await response.body(), { level: 9 }).length);
  });
  const { url } = await link();
  await page.goto(url);
  await reach(page, "ask");
  await page.waitForLoadState("networkidle");
  const total = [...loaded.values()].reduce((sum, bytes) => sum + bytes, 0);
  expect(loaded.size).toBeGreaterThanOrEqual(3);
  expect([...loaded.keys()].every((address) => address.startsWith(inject("gatewayUrl")))).toBe(true);
  expect(total).toBeLessThanOrEqual(80_000);
  await page.context().close();
});

test("the page leaves with a policy that runs nothing but its own", async () => {
  const { headers } = await fetch(`${inject("gatewayUrl")}/checkout/cks_${"0".repeat(26)}`);
  const policy = headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
  expect(policy).not.toContain("unsafe");
  expect(headers.get("referrer-policy")).toBe("no-referrer");
});

test("nothing of a payer stands in the address", async () => {
  const { page } = await open((await link()).url);
  const phone = newPhone();
  await payWith(page, phone);
  await answerPhone(phone, "pay");
  await reach(page, "paid");
  expect(page.url()).not.toContain(phone.slice(3));
  expect(page.url()).toMatch(/\/checkout\/cks_[0-9a-z]{26}#ct_/);
  await page.context().close();
});
