/** The package as others get it: it runs where there is no Node, and says truly what it needs. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";
import type * as Client from "../../../web/client/src/malipo.ts";
import { answering, json, payment } from "./surroundings.ts";

const ROOT = new URL("../../../", import.meta.url);

const read = async (path: string): Promise<Record<string, Record<string, string>>> =>
  JSON.parse(await readFile(new URL(path, ROOT), "utf8")) as Record<string, Record<string, string>>;

test("it becomes a script for browsers, with nothing of Node in it, that can do what it says", async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("web/client/src/malipo.ts", ROOT))],
    bundle: true,
    format: "esm",
    platform: "browser",
    minify: true,
    write: false,
    logLevel: "silent",
  });
  const script = outputFiles[0]?.text ?? "";
  expect(script.length).toBeLessThan(60_000);
  const address = `data:text/javascript;base64,${Buffer.from(script).toString("base64")}`;
  const { createMalipo } = (await import(/* @vite-ignore */ address)) as typeof Client;
  const { fetch } = answering(() => json(200, payment({ status: "succeeded" })));
  const browser = createMalipo({ baseUrl: "http://malipo.test", clientToken: "ct_1", fetch, openSocket: null });
  expect((await browser.waitForPayment("pay_1")).status).toBe("succeeded");
});

test("a page that reads payments and hears no webhooks does not carry their checker along", async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { createMalipo } from "./malipo.ts"; console.log(createMalipo);`,
      resolveDir: fileURLToPath(new URL("web/client/src", ROOT)),
    },
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
    logLevel: "silent",
  });
  expect(outputFiles[0]?.text).not.toContain("webhook-signature");
});

test("its dependencies are those that it is tested with", async () => {
  const [own, whole] = [await read("web/client/package.json"), await read("package.json")];
  expect(Object.keys(own["dependencies"] ?? {})).toHaveLength(2);
  expect(whole["dependencies"]).toMatchObject(own["dependencies"] ?? {});
  expect(whole["devDependencies"]).toMatchObject(own["devDependencies"] ?? {});
  expect(own["engines"]).toEqual(whole["engines"]);
});
