/** `npm run c2b`: what is registered, what a person is told, and that no callback address is ever shown. */
import { describe, expect, it } from "vitest";
import type { C2bDaraja, UrlRegistration } from "../../../functions/daraja/c2b-client.ts";
import type { RegistrationAnswer } from "../../../functions/daraja/c2b-registration.ts";
import { checkCallbackToken } from "../../../functions/daraja/callback-url.ts";
import type { PullRegistration } from "../../../functions/daraja/pull-client.ts";
import type { PullProgress } from "../../../functions/store/pull-progress.ts";
import { c2bCommand } from "../../../operator/c2b-command.ts";
import { CalledWrongly, NotDone } from "../../../operator/refusal.ts";
import { GATEWAY_STACK, memoryVault, recordingTerminal, stacksOf } from "./fakes.ts";

const SIGNING = "a-signing-secret-of-some-length";
const DARAJA = {
  consumer_key: "ck-9f27d1c4",
  consumer_secret: "cs-4471aa02",
  passkey: "pk-bfb279f9aa9b",
  transaction_type: "CustomerPayBillOnline",
  shortcode: "174379",
};

const ACCEPTED: RegistrationAnswer = { answer: "accepted", already: false, raw: "{}" };
const ALREADY: RegistrationAnswer = { answer: "accepted", already: true, raw: "{}" };
const refused = (code: "registered_elsewhere" | "merchant_misconfigured"): RegistrationAnswer => ({
  answer: "refused",
  failure: { code, resultCode: "500.003.1001", resultDesc: "Urls are elsewhere" },
  raw: "{}",
});

const setUp = (answers: { urls?: RegistrationAnswer; pull?: RegistrationAnswer; progress?: PullProgress } = {}) => {
  const seen = recordingTerminal();
  const registered: UrlRegistration[] = [];
  const pulls: PullRegistration[] = [];
  const c2b: C2bDaraja = {
    registerUrls: (registration) => {
      registered.push(registration);
      return Promise.resolve(answers.urls ?? ACCEPTED);
    },
  };
  const { vault } = memoryVault({
    "arn:daraja": JSON.stringify(DARAJA),
    "arn:signing": JSON.stringify({ current: SIGNING }),
  });
  const deps = {
    stacks: stacksOf(),
    vault,
    terminal: seen.terminal,
    daraja: () => ({
      c2b,
      pull: {
        registerPull: (registration: PullRegistration) => {
          pulls.push(registration);
          return Promise.resolve(answers.pull ?? ACCEPTED);
        },
      },
    }),
    book: () => ({
      read: () => Promise.resolve(answers.progress ?? { pulledUntil: null, lost: [], failing: null }),
    }),
  };
  const run = (...words: string[]) => c2bCommand(deps, words);
  const register = (...more: string[]) => run("register", "--stage", "sandbox", ...more);
  return { deps, run, register, seen, registered, pulls };
};

describe("npm run c2b -- register", () => {
  it("registers the addresses that the gateway will recognise, and pulling when a number is given", async () => {
    const { register, registered, pulls } = setUp();
    await register("--nominated", "0722 000 000");
    expect(registered).toHaveLength(1);
    const { confirmationUrl, validationUrl, whenSilent, version } = registered[0]!;
    expect({ whenSilent, version }).toEqual({ whenSilent: "accept", version: "v2" });
    for (const [kind, url] of [
      ["c2b-confirmation", confirmationUrl],
      ["c2b-validation", validationUrl],
    ] as const) {
      const base = `${GATEWAY_STACK.CallbackBaseUrl}/callbacks/v1/${kind}/174379/`;
      expect(url.startsWith(base)).toBe(true);
      const token = url.slice(base.length);
      expect(checkCallbackToken({ kind, id: "174379", token, secrets: [SIGNING] })).toBe(true);
    }
    expect(pulls).toEqual([{ nominatedNumber: "254722000000", callbackUrl: confirmationUrl }]);
  });

  it("never prints an address or its token", async () => {
    const { register, seen, registered } = setUp();
    await register("--nominated", "0722000000");
    const { confirmationUrl, validationUrl } = registered[0]!;
    for (const url of [confirmationUrl, validationUrl]) expect(seen.all()).not.toContain(url.split("/").at(-1));
    expect(seen.answers.join("\n")).toContain("174379");
  });

  it("takes the version and what M-PESA does when nobody answers", async () => {
    const { register, registered } = setUp();
    await register("--version", "v1", "--response-type", "Cancelled");
    expect(registered[0]).toMatchObject({ version: "v1", whenSilent: "reject" });
  });

  it("says what to do in the portal when there are URLs already, which is no failure", async () => {
    const { register, seen } = setUp({ urls: ALREADY, pull: ALREADY });
    await register("--nominated", "0722000000");
    expect(seen.answers.join("\n")).toMatch(/has callback URLs already.*\n.*delete the URLs in M-PESA's portal/);
    expect(seen.answers.join("\n")).toContain("registered for pulls already");
  });

  it("says that nothing is pulled when no number was given", async () => {
    const { register, seen, pulls } = setUp();
    await register();
    expect(pulls).toEqual([]);
    expect(seen.answers.join("\n")).toContain("--nominated");
  });

  it("fails with M-PESA's words and what to do when it was refused, and tells what was done", async () => {
    const { register, seen } = setUp({ urls: refused("registered_elsewhere") });
    const failed = await register("--nominated", "0722000000").catch((fault: unknown) => fault);
    expect(failed).toBeInstanceOf(NotDone);
    expect((failed as Error).message).toMatch(/174379: refused\. M-PESA said 500\.003\.1001.*former platform/);
    expect(seen.answers).toEqual(["Shortcode 174379 is registered for pulls."]);
  });

  it("says that it is safe to repeat when nobody knows", async () => {
    const { register } = setUp({ urls: { answer: "unknown", because: "no answer (timeout)", raw: null } });
    await expect(register()).rejects.toThrow(/not known whether M-PESA took it .*safe to run the same command again/);
  });

  it("does not ask M-PESA to call an address that M-PESA refuses", async () => {
    const { deps, registered } = setUp();
    const stacks = stacksOf({
      "MalipoData-production": { ...(await dataOutputs(deps)) },
      "MalipoGateway-production": { CallbackBaseUrl: "https://abc.execute-api.eu-west-1.amazonaws.com/prod" },
    });
    const failed = c2bCommand({ ...deps, stacks }, ["register", "--stage", "production"]);
    await expect(failed).rejects.toThrow(/^Nothing was registered: .*"exec"/);
    expect(registered).toEqual([]);
  });

  it.each([
    ["--version", "v3"],
    ["--response-type", "completed"],
    ["--nominated", "12345"],
  ])("refuses %s %s before anything is asked", async (option, value) => {
    const { register, registered } = setUp();
    await expect(register(option, value)).rejects.toBeInstanceOf(CalledWrongly);
    expect(registered).toEqual([]);
  });
});

const dataOutputs = async ({ stacks }: { stacks: ReturnType<typeof stacksOf> }) =>
  Object.fromEntries((await stacks.outputs("MalipoData-sandbox")) ?? []);

describe("npm run c2b -- status", () => {
  it("says until when payments were pulled, what is wrong, and what only a statement can tell", async () => {
    const at = (hour: number): number => Date.UTC(2026, 10, 21, hour);
    const progress: PullProgress = {
      pulledUntil: at(9),
      lost: [{ from: at(1), until: at(3) }],
      failing: { since: at(10), because: "no answer (timeout)" },
    };
    const { run, seen } = setUp({ progress });
    await run("status", "--stage", "sandbox");
    expect(seen.answers).toEqual([
      "Payments of shortcode 174379 were pulled until 2026-11-21T09:00:00.000Z.",
      "Pulling has not succeeded since 2026-11-21T10:00:00.000Z. The last time: no answer (timeout).",
      "Never pulled: 2026-11-21T01:00:00.000Z to 2026-11-21T03:00:00.000Z. Only a statement can tell of it; import one.",
    ]);
  });

  it("says when nothing was ever pulled", async () => {
    const { run, seen } = setUp();
    await run("status", "--stage", "sandbox");
    expect(seen.answers).toEqual(["No payment of shortcode 174379 was ever pulled completely."]);
  });
});
