/** `npm run malipo` against the sandbox: what one terminal makes happen, the other one shows. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { malipoCommand } from "../../operator/malipo/malipo-command.ts";
import { plain } from "../../operator/malipo/paint.ts";
import { openReceiver } from "../../operator/malipo/receiver.ts";
import { systemClock } from "../../web/client/src/clock.ts";
import { createMalipo, verifyWebhook } from "../../web/client/src/malipo.ts";
import { recordingTerminal } from "../unit/operator/fakes.ts";
import { smallShop } from "../unit/operator/small-gateway.ts";
import { answerPhone, call, gateway, newPhone, until } from "./storefront.ts";

const ROOT = new URL("../../", import.meta.url);

/** A terminal in which `listen` runs, as a person starts it. */
const listener = (forwardTo: string) => {
  const words = ["operator/malipo.ts", "listen", "--forward-to", forwardTo, "--url", gateway()];
  const child = spawn(process.execPath, ["--import", "tsx", ...words], {
    cwd: ROOT,
    env: { ...process.env, MALIPO_KEY: "" },
  });
  let [shown, said] = ["", ""];
  child.stdout.on("data", (data: Buffer) => (shown += data.toString()));
  child.stderr.on("data", (data: Buffer) => (said += data.toString()));
  const ended = once(child, "close").then(([code]) => code as number);
  return { child, ended, shown: () => shown, said: () => said };
};

/** Another terminal; resolves with what it showed once the command is done. */
const malipo = async (...words: string[]): Promise<string> => {
  const { terminal, answers } = recordingTerminal();
  const deps = {
    connect: (baseUrl: string, key: string) => createMalipo({ baseUrl, key }),
    openReceiver,
    fetch,
    clock: systemClock,
    terminal,
    paint: plain,
    keyFromEnvironment: undefined,
    signal: new AbortController().signal,
  };
  await malipoCommand(deps, [...words, "--url", gateway()]);
  return answers.join("\n");
};

/** What `trigger` says, by its words. */
const TRIGGERED: Readonly<Record<string, RegExp>> = {
  "payment.failed --code wrong_pin": /^pay_\w+ is failed: wrong_pin[.] payment[.]failed follows[.]$/,
  "refund.succeeded": /^rfd_\w+ is succeeded[.] refund[.]succeeded follows[.]$/,
  "payout.failed": /^pyo_\w+ is failed[.] payout[.]failed follows[.]$/,
  "batch.cancelled": /^bat_\w+ is cancelled[.] batch[.]cancelled follows[.]$/,
  "exception.opened": /^exc_\w+ is open: amount_mismatch[.] exception[.]opened follows[.]$/,
};

test("listen shows what trigger makes happen, hands it on, and is gone after Ctrl-C", async () => {
  const shop = await smallShop(200);
  const other = listener(`${shop.url}/hooks`);
  try {
    const said = await until(
      () => Promise.resolve(other.said()),
      (each) => each.includes("whsec_"),
    );
    const endpoint = `/v1/webhook-endpoints/${/whe_\w+/.exec(said)?.[0] ?? ""}`;
    expect((await call("GET", endpoint)).status).toBe(200);
    const secret = /whsec_\S+/.exec(said)?.[0] ?? "";

    const hear = async ([words, expected]: [string, RegExp]): Promise<void> => {
      const told = await malipo("trigger", ...words.split(" "));
      expect(told).toMatch(expected);
      const [id = "", type = ""] = [told.split(" ")[0], words.split(" ")[0]];
      const line = await until(
        () =>
          Promise.resolve(
            other
              .shown()
              .split("\n")
              .find((each) => each.includes(id) && each.includes(type)),
          ),
        (each) => each !== undefined,
      );
      expect(line).toContain("-> 200 in ");
      const { body, headers } = shop.got.find((each) => each.body.includes(id) && each.body.includes(type))!;
      expect(verifyWebhook(body, headers, secret)).toMatchObject({ type, data: { object: { id } } });
    };
    await Promise.all(Object.entries(TRIGGERED).map(hear));

    other.child.kill("SIGINT");
    expect(await other.ended).toBe(0);
    expect((await call("GET", endpoint)).status).toBe(404);
    expect(other.said() + other.shown()).not.toContain("sk_test");
  } finally {
    other.child.kill("SIGKILL");
    shop.close();
  }
});

test("pay shows the payment until the phone has answered", async () => {
  const phone = newPhone();
  const [shown] = await Promise.all([malipo("pay", phone, "25"), answerPhone(phone, "pay")]);
  expect(shown).toMatch(/^pay_\w+ {2}KES 25 {2}2547\S+ {2}CLI-\w+\n[^]*succeeded {2}[A-Z0-9]{10}$/);
});
