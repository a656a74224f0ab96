/**
 * How soon a customer can type a number on a slow phone: from the moment at which a payment link is opened to the moment
 * at which the page's field takes text. The profile is Lighthouse's mobile one: 150 ms there and back, 1.6 Mbit/s, and a
 * processor four times slower than this one. The browser's cache is empty.
 */
import { randomUUID } from "node:crypto";
import chromium from "@sparticuz/chromium";
import { chromium as playwright } from "playwright-core";
import type { Browser } from "playwright-core";
import * as z from "zod";
import { startSandbox } from "../sandbox/sandbox.ts";
import { atMost, median } from "./line.ts";
import type { Line } from "./line.ts";
import { KEY } from "./rig.ts";

const SLOW = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
const SLOWER_PROCESSOR = 4;
const VISITS = 5;
const MOST_MS = 1_500;
const PHONE = { width: 360, height: 740 };
/** In one process, as these flags have it for Lambda, the browser ends with its first page. */
const ARGS = chromium.args.filter((arg) => arg !== "--single-process");

const Session = z.object({ url: z.url() });

const makeLink = async (gateway: string): Promise<string> => {
  const answer = await fetch(`${gateway}/v1/checkout-sessions`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${KEY}`,
      "content-type": "application/json",
      "idempotency-key": randomUUID(),
    },
    body: JSON.stringify({ amount: 1500, reference: "BENCH-1" }),
  });
  if (!answer.ok) throw new Error(`the payment link was answered ${answer.status}: ${await answer.text()}`);
  return Session.parse(await answer.json()).url;
};

/** Milliseconds of one first visit. */
const visit = async (browser: Browser, url: string): Promise<number> => {
  const context = await browser.newContext({ viewport: PHONE });
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", SLOW);
    await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER_PROCESSOR });
    const began = performance.now();
    await page.goto(url, { waitUntil: "commit" });
    await page.getByRole("textbox").fill("0712 345 678");
    await page.getByText("0712 345 678").waitFor(); // what the page understood
    return performance.now() - began;
  } finally {
    await context.close();
  }
};

/** Starts a sandbox and a browser of its own and measures in them. */
export const checkoutPageLines = async (): Promise<readonly Line[]> => {
  const sandbox = await startSandbox();
  try {
    const url = await makeLink(sandbox.url);
    const browser = await playwright.launch({ executablePath: await chromium.executablePath(), args: ARGS });
    try {
      await visit(browser, url); // the gateway's functions and the browser itself are warm from here on
      const visits: number[] = [];
      for (let number = 0; number < VISITS; number += 1) visits.push(await visit(browser, url));
      const inMs = (value: number): string => `${value.toFixed(0)} ms`;
      return [
        atMost(
          {
            section: "Live",
            what: "payment link opened to number typed and understood, slow phone, empty cache",
            note: `median of ${VISITS} visits, ${inMs(Math.min(...visits))} to ${inMs(Math.max(...visits))}; 150 ms there and back, 1.6 Mbit/s, processor four times slower`,
          },
          { measured: median(visits), most: MOST_MS, show: inMs },
        ),
      ];
    } finally {
      await browser.close();
    }
  } finally {
    await sandbox.close();
  }
};
