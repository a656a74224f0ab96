/** What the checkout's browser tests share: links to open, pictures to look at, and a check that anybody can use the page. */
import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import axe from "axe-core";
import { expect, inject } from "vitest";
import type { Page } from "playwright-core";
import { call, reference, startInTurn } from "../stories/storefront.ts";

/** Where the pictures are left for people to look at. */
const PICTURES = new URL("../../.cache/screenshots/checkout/", import.meta.url).pathname;
mkdirSync(PICTURES, { recursive: true });

interface Link {
  readonly id: string;
  readonly url: string;
  readonly order: string;
}

/** A payment link of the demo shop. */
export const link = async (body: Record<string, unknown> = {}): Promise<Link> => {
  const order = reference();
  const { body: session } = await call<{ id: string; url: string }>("POST", "/v1/checkout-sessions", {
    headers: { "idempotency-key": randomUUID() },
    body: { amount: 1500, reference: order, success_url: `${inject("gatewayUrl")}/?thanks`, ...body },
  });
  return { ...session, order };
};

/** The page of a payment that the demo shop began itself, with a number. */
export const begun = async (phone: string): Promise<Link> => {
  const order = reference();
  const { body: payment } = await startInTurn({ amount: 1500, phone, reference: order });
  if (typeof payment.checkout_url !== "string") throw new Error("The payment has no page.");
  return { id: payment.id, url: payment.checkout_url, order };
};

/** Leaves a picture, and fails when the page sticks out sideways or shuts anybody out. */
export const inspect = async (page: Page, name: string): Promise<void> => {
  await page.screenshot({ path: `${PICTURES}${name}.png`, fullPage: true, animations: "disabled" });
  const overflow = await page.evaluate<number>(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
  expect(overflow, `${name} sticks out`).toBeLessThanOrEqual(0);
  await page.evaluate(axe.source);
  const found = await page.evaluate<{ id: string; nodes: string[] }[]>(
    "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) })))",
  );
  expect(found, `${name} shuts somebody out`).toEqual([]);
};

/** Waits until the page is at this screen. */
export const reach = (page: Page, screen: string, timeout = 60_000): Promise<unknown> =>
  page.locator(`main[data-screen="${screen}"]`).waitFor({ timeout });

const ELSEWHERE = /Another M-PESA request is open|Kuna ombi lingine/;
const MOST_TURNS = 60;

/**
 * Types one of the numbers whose behaviour is fixed, and presses the button until it is asked. Other stories ask it too, and
 * nobody is asked twice at once: then it waits for its turn.
 */
export const payInTurn = async (page: Page, phone: string): Promise<void> => {
  await payWith(page, phone);
  const moved = page.locator('main:not([data-screen="ask"])');
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    await page.getByText(ELSEWHERE).or(moved).first().waitFor();
    if ((await moved.count()) > 0) return;
    await page.waitForTimeout(1_000);
    await page.locator("button.pay").click();
  }
};

/** Types a number and presses the button. */
export const payWith = async (page: Page, phone: string): Promise<void> => {
  await page.getByRole("textbox").fill(phone);
  await page.locator("button.pay").click();
};
