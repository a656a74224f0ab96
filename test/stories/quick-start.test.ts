/**
 * The quick start, followed word for word: its commands are taken out of docs/quick-start.md and run, with the shared
 * sandbox in the place of the one that it starts and a free port in the place of its shop's.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { freePort } from "../../sandbox/net/ports.ts";
import { answerPhone, gateway, newPhone } from "./storefront.ts";

const ROOT = new URL("../../", import.meta.url);

/** Gives a variable of the script another value. @throws when the script does not set it. */
const withValue = (script: string, name: string, value: string): string => {
  const setting = new RegExp(`^export ${name}=.*$`, "m");
  expect(script).toMatch(setting);
  return script.replace(setting, `export ${name}=${value}`);
};

const replaced = (script: string, from: string, to: string): string => {
  expect(script).toContain(from);
  return script.replaceAll(from, to);
};

/** Runs a script, and leaves nothing of it running. */
const run = async (script: string): Promise<string> => {
  const child = spawn("bash", ["-euo", "pipefail", "-c", script], { cwd: ROOT, detached: true });
  try {
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    return stdout;
  } finally {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // Nothing of it was left.
    }
  }
};

test("the quick start ends with a paid order", async () => {
  const guide = await readFile(new URL("docs/quick-start.md", ROOT), "utf8");
  const [begin, ...blocks] = [...guide.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, block = ""]) => block);
  expect(begin).toBe("npm ci && npm start\n");
  const phone = newPhone();
  const here = withValue(withValue(blocks.join("\n"), "MALIPO_URL", gateway()), "SHOP_PORT", `${await freePort()}`);

  // The number in the text is asked by other stories too, and one that is being asked is refused.
  const [output] = await Promise.all([run(replaced(here, "254700000000", phone)), answerPhone(phone, "pay")]);

  const order: unknown = JSON.parse(output.split("\n").find((line) => line.includes('"paid"')) ?? "null");
  expect(order).toEqual({
    status: "paid",
    amount: 100,
    receipt: expect.stringMatching(/^[A-Z0-9]{10}$/),
    sequence: expect.any(Number),
  });
  const promised = /^```json\n([^]*?)^```$/m.exec(guide)?.[1] ?? "";
  expect(Object.keys(JSON.parse(promised) as object)).toEqual(Object.keys(order as object));
  expect(output).toContain('"deleted":true');
});
