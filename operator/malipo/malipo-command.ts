/** `npm run malipo`: what the words mean, and with whose keys it is done. */
import { MalipoProblem, MalipoSilence, PaymentStillPending } from "../../web/client/src/malipo.ts";
import { CalledWrongly, NotDone } from "../refusal.ts";
import { readWords } from "./command-line.ts";
import type { Words } from "./command-line.ts";
import type { Desk, MalipoDeps } from "./deps.ts";
import { listen } from "./listen.ts";
import { pay } from "./pay.ts";
import { TRIGGERS } from "./triggers.ts";

const HELP = `Shows what a gateway tells a shop, and makes it tell something.

  npm run malipo -- listen  [--forward-to http://localhost:3000/hooks]
  npm run malipo -- trigger EVENT [--code CODE]
  npm run malipo -- pay PHONE AMOUNT [--reference REFERENCE]

listen prints each webhook in one line, and passes it on with body and headers as they came. Its answer is the target's.
trigger makes one of these happen, with the sandbox's own payers and receivers:
  ${[...TRIGGERS.keys()].join("\n  ")}
pay asks a phone for money and shows how it goes on: 254700000000 pays, and any other number rings at
http://127.0.0.1:8081/.

All take --url, the sandbox's http://127.0.0.1:8080 when it is left out. The sandbox's own keys are used there unless
MALIPO_KEY holds another.`;

const SANDBOX_KEYS = { shop: "sk_test_storefront", finance: "sk_test_finance", approver: "sk_test_approver" } as const;
const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

const deskAt = ({ connect, keyFromEnvironment: key }: MalipoDeps, url: string): Desk => {
  const { shop, finance, approver } =
    key === undefined || key === "" ? SANDBOX_KEYS : { shop: key, finance: key, approver: key };
  if (shop === SANDBOX_KEYS.shop && !LOOPBACK.has(new URL(url).hostname))
    throw new CalledWrongly(
      "Put an API key of that gateway into MALIPO_KEY; the sandbox's keys are good for the sandbox.",
    );
  return { shop: connect(url, shop), finance: connect(url, finance), approver: connect(url, approver) };
};

const trigger = async (deps: MalipoDeps, desk: Desk, words: Words & { readonly command: "trigger" }): Promise<void> => {
  const { clock, signal, terminal } = deps;
  const deed = TRIGGERS.get(words.event);
  if (deed === undefined) throw new CalledWrongly(`The events to trigger are ${[...TRIGGERS.keys()].join(", ")}.`);
  if (words.code !== null && words.event !== "payment.failed")
    throw new CalledWrongly("--code says why a payment fails; only payment.failed takes one.");
  const done = await deed({ ...desk, clock, signal, code: words.code, say: terminal.say });
  terminal.answer(`${done} ${words.event} follows.`);
};

const follow = async (deps: MalipoDeps, words: Words): Promise<void> => {
  switch (words.command) {
    case "help":
      deps.terminal.answer(HELP);
      return;
    case "listen":
      return listen(deps, deskAt(deps, words.url).shop, words.forwardTo);
    case "trigger":
      return trigger(deps, deskAt(deps, words.url), words);
    case "pay":
      return pay(deps, deskAt(deps, words.url).shop, words);
  }
};

/** What the API, or nobody, said; null for what is no answer of theirs. */
const told = (fault: unknown, url: string): string | null => {
  if (fault instanceof MalipoProblem || fault instanceof PaymentStillPending) return fault.message;
  return fault instanceof MalipoSilence ? `${fault.message} Is there a gateway at ${url}? npm start starts one.` : null;
};

/** Does what the words ask. @throws CalledWrongly or NotDone with a sentence for the person. */
export const malipoCommand = async (deps: MalipoDeps, words: readonly string[]): Promise<void> => {
  const read = readWords(words);
  try {
    await follow(deps, read);
  } catch (fault) {
    if (deps.signal.aborted && !(fault instanceof NotDone))
      throw new NotDone("Stopped. What was begun goes on without this command.", { cause: fault });
    const message = told(fault, read.url);
    throw message === null ? fault : new NotDone(message, { cause: fault });
  }
};
