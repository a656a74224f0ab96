/** A real Chromium from npm alone, one for a test file, with a page that fails the test when its console complains. */
import chromium from "@sparticuz/chromium";
import { chromium as playwright } from "playwright-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** In one process, as these flags have it for Lambda, the browser ends with its first page. */
const ARGS = chromium.args.filter((arg) => arg !== "--single-process");

export const openBrowser = async (): Promise<Browser> =>
  playwright.launch({ executablePath: await chromium.executablePath(), args: ARGS, headless: true });

export interface Watched {
  readonly page: Page;
  /** What the console and the page's own errors said, in order. */
  readonly complaints: string[];
}

export const openPage = async (browser: Browser, options: BrowserContextOptions = {}): Promise<Watched> => {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return { page, complaints };
};
