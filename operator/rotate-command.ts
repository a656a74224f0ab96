/**
 * `npm run rotate`: makes a new value of a secret that the stage made for itself, now and not when its ninety days are over.
 * What must stay true: nothing that was made under the value before stops working, unless the person says that it leaked; no
 * value is ever printed.
 */
import { rotatedPhoneKeys } from "../functions/store/phone-vault.ts";
import { readCommandLine, requiredStage } from "./arguments.ts";
import type { CommandLine } from "./arguments.ts";
import { CalledWrongly, NotDone } from "./refusal.ts";
import type { VersionedVault } from "./secret-versions.ts";
import { dataStack } from "./stage.ts";
import type { Stacks } from "./stage.ts";
import type { Terminal } from "./terminal.ts";

const HELP = `Rotates a secret of a deployed stage now. The values before stay honoured.

  npm run rotate -- signing --stage STAGE   signs callback addresses and client tokens; also every 90 days by itself
  npm run rotate -- pepper  --stage STAGE   keys the hashes of API keys; also every 90 days by itself
  npm run rotate -- phones  --stage STAGE   seals phone numbers from now on; what was sealed before stays readable

With signing, --leaked ends what the secrets of before have signed: nothing of it is honoured any more. For when one of
them is in the wrong hands, and for nothing else.

STAGE is sandbox or production. The signing secret and the pepper rotate once in seven days at most.`;

export interface RotateDeps {
  readonly stacks: Stacks;
  readonly vault: VersionedVault;
  readonly newValue: () => string;
  readonly wait: (ms: number) => Promise<void>;
  readonly terminal: Terminal;
}

const OUTPUTS = { signing: "SigningSecretArn", pepper: "PepperSecretArn" } as const;

/** A rotation of a stage with thousands of keys takes minutes. */
const LOOKS = 120;
const LOOK_MS = 2_500;

const byFunction = async (deps: RotateDeps, line: CommandLine, name: keyof typeof OUTPUTS): Promise<void> => {
  const arn = (await dataStack(deps.stacks, requiredStage(line)))(OUTPUTS[name]);
  const version = await deps.vault.rotate(arn);
  deps.terminal.say(`The ${name} secret is being rotated ...`);
  for (let look = 0; look < LOOKS; look += 1) {
    if (await deps.vault.isInForce(arn, version)) {
      deps.terminal.answer(`The ${name} secret was rotated. Running functions follow by themselves.`);
      return;
    }
    await deps.wait(LOOK_MS);
  }
  throw new NotDone(
    `The ${name} secret was not rotated within ${(LOOKS * LOOK_MS) / 60_000} minutes, and the value of before is in force. The log of the function rotate-secret says why; Secrets Manager tries again by itself.`,
  );
};

/** Begins anew: no value of before stays. */
const leaked = async (deps: RotateDeps, line: CommandLine): Promise<void> => {
  const arn = (await dataStack(deps.stacks, requiredStage(line)))("SigningSecretArn");
  await deps.vault.write(arn, JSON.stringify({ current: deps.newValue() }));
  deps.terminal.answer("Within five minutes no function honours any more what was signed before.");
  deps.terminal.say(
    `Payments and payouts that are under way end when the sweeps ask. Payments from the phone's menu come in by the hourly pull until M-PESA has the new addresses: npm run c2b -- register --stage ${requiredStage(line)}`,
  );
};

const phones = async (deps: RotateDeps, line: CommandLine): Promise<void> => {
  const arn = (await dataStack(deps.stacks, requiredStage(line)))("PhoneKeysSecretArn");
  const text = await deps.vault.read(arn);
  if (text === null) throw new NotDone("The stage has no phone keys: deploy the stage again first.");
  let rotated: string;
  try {
    rotated = rotatedPhoneKeys(text, deps.newValue());
  } catch {
    throw new NotDone("The stage's phone keys hold nothing usable; nothing was changed. Restore the version before.");
  }
  await deps.vault.write(arn, rotated);
  deps.terminal.answer("Phone numbers are sealed with a new key from now on; those sealed before stay readable.");
};

/** Does what the words ask. @throws CalledWrongly or NotDone with a sentence for the person. */
export const rotateCommand = async (deps: RotateDeps, words: readonly string[]): Promise<void> => {
  const line = readCommandLine(words, ["stage"], ["leaked"]);
  if (line.wantsHelp) {
    deps.terminal.answer(HELP);
    return;
  }
  if (line.has("leaked")) {
    if (line.action !== "signing") throw new CalledWrongly("--leaked is for the signing secret alone.");
    return leaked(deps, line);
  }
  switch (line.action) {
    case "signing":
    case "pepper":
      return byFunction(deps, line, line.action);
    case "phones":
      return phones(deps, line);
    default:
      throw new CalledWrongly("Say which secret: signing, pepper or phones; --help shows how.");
  }
};
