/** `npm run pages`: what a page is made of is there before the page, and nothing is published that no page has. */
import { beforeEach, describe, expect, it } from "vitest";
import { pagesCommand } from "../../../operator/pages-command.ts";
import type { BuiltFile, Upload } from "../../../operator/pages-command.ts";
import { CalledWrongly, NotDone } from "../../../operator/refusal.ts";
import { recordingTerminal, stacksOf } from "./fakes.ts";

const file = (name: string): BuiltFile => ({ name, body: Buffer.from(name) });

let files: BuiltFile[];
let uploads: Upload[];
let builtFor: string[];
let seen: ReturnType<typeof recordingTerminal>;
beforeEach(() => {
  files = [
    file("checkout/index.html"),
    file("checkout/assets/index-4f1c.js"),
    file("docs/index.html"),
    file("docs/icon.svg"),
    file("docs/openapi.json"),
  ];
  uploads = [];
  builtFor = [];
  seen = recordingTerminal();
});

const run = (...words: string[]): Promise<void> =>
  pagesCommand(
    {
      stacks: stacksOf({
        "MalipoPages-sandbox": { PagesBucketName: "pages", CheckoutBaseUrl: "https://pay.example.co.ke" },
        "MalipoStorefronts-sandbox": { ApiBaseUrl: "https://api.example.co.ke" },
      }),
      terminal: seen.terminal,
      build: ({ apiBaseUrl }) => {
        builtFor.push(apiBaseUrl);
        return Promise.resolve(files);
      },
      upload: (upload) => {
        uploads.push(upload);
        return Promise.resolve();
      },
    },
    words,
  );

describe("npm run pages -- publish", () => {
  it("uploads the pages after everything that they name", async () => {
    await run("publish", "--stage", "sandbox");
    expect(uploads.map(({ key }) => key)).toEqual([
      "checkout/assets/index-4f1c.js",
      "docs/icon.svg",
      "docs/openapi.json",
      "checkout/index.html",
      "docs/index.html",
    ]);
    expect(seen.answers).toEqual([
      "5 files are published: https://pay.example.co.ke/checkout/ and https://pay.example.co.ke/docs.",
    ]);
  });

  it("tells the documentation where the stage's API is", async () => {
    await run("publish", "--stage", "sandbox");
    expect(builtFor).toEqual(["https://api.example.co.ke"]);
  });

  it("lets browsers keep what is named after its content, and has them ask for the rest", async () => {
    await run("publish", "--stage", "sandbox");
    expect(uploads.map(({ caching, type }) => [type, caching])).toEqual([
      ["text/javascript; charset=utf-8", "public, max-age=31536000, immutable"],
      ["image/svg+xml", "no-cache"],
      ["application/json; charset=utf-8", "no-cache"],
      ["text/html; charset=utf-8", "no-cache"],
      ["text/html; charset=utf-8", "no-cache"],
    ]);
  });

  it("publishes nothing when the build made something strange, or lacks one of the sites", async () => {
    files.push(file("checkout/assets/index.js.map"));
    await expect(run("publish", "--stage", "sandbox")).rejects.toThrow(NotDone);
    files = [file("docs/index.html")];
    await expect(run("publish", "--stage", "sandbox")).rejects.toThrow(/made no checkout\/index.html/);
    files = [file("checkout/index.html")];
    await expect(run("publish", "--stage", "sandbox")).rejects.toThrow(/made no docs\/index.html/);
    expect(uploads).toEqual([]);
  });

  it("says what is missing when the stage is not there or the words are wrong", async () => {
    await expect(run("publish", "--stage", "production")).rejects.toThrow(/MalipoPages-production/);
    await expect(run("--stage", "sandbox")).rejects.toThrow(CalledWrongly);
  });
});
