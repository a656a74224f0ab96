/**
 * `npm run person`: what a stage's ledger has of one person, handed out or erased, as the law on personal data gives them a
 * right to. What must stay true: the number is asked for and never an argument, which histories and process lists keep;
 * nothing is erased unless `--yes` says so; what the law or a dispute still needs is kept and named.
 */
import type { Clock } from "../functions/domain/clock.ts";
import { parseMsisdn } from "../functions/domain/msisdn.ts";
import type { Msisdn } from "../functions/domain/msisdn.ts";
import { utcIso } from "../functions/domain/time.ts";
import type { Directory } from "../functions/store/directory.ts";
import type { LedgerDeps } from "../functions/store/ledger-deps.ts";
import { ChangedMeanwhile, erasePerson } from "../functions/store/erase-person.ts";
import type { Erasure } from "../functions/store/erase-person.ts";
import { byName, ofPerson } from "../functions/store/person.ts";
import type { KeptBecause, PersonsItem } from "../functions/store/person.ts";
import { readCommandLine, required, requiredStage } from "./arguments.ts";
import type { CommandLine } from "./arguments.ts";
import { exported } from "./person-export.ts";
import { CalledWrongly, NotDone } from "./refusal.ts";
import { dataStack } from "./stage.ts";
import type { DataOutput, ReadOutput, Stacks } from "./stage.ts";
import type { Terminal } from "./terminal.ts";

const HELP = `What a deployed stage knows of one person: by their phone number, or by what is known to be theirs.

  npm run person -- export --stage STAGE [--ids ID_OR_RECEIPT,...]
  npm run person -- erase  --stage STAGE [--ids ID_OR_RECEIPT,...] --by NAME --because TEXT [--yes]

STAGE is sandbox or production. Without --ids the number is asked for, or read from a pipe. Payments from the phone's menu
whose number M-PESA masked or hashed are found by their receipts alone.
export prints what the ledger has about them as JSON: all but Safaricom's own messages, which speak of your accounts too.
erase says what it would do; with --yes it does it: numbers, names and Safaricom's messages go, in the archive too; the
money and its history stay. NAME is who erases, TEXT names the request, both without the person's data: they stay in the
history for good.`;

export interface PersonDeps {
  readonly stacks: Stacks;
  readonly ledger: (data: ReadOutput<DataOutput>) => LedgerDeps;
  readonly directory: (data: ReadOutput<DataOutput>) => Pick<Directory, "storefronts">;
  /** What was typed or piped. */
  readonly askPhone: () => Promise<string>;
  readonly clock: Clock;
  readonly newRequestId: () => string;
  readonly terminal: Terminal;
}

const LONGEST_WORDS = 120;

const phoneOf = async (deps: PersonDeps): Promise<Msisdn> => {
  const parsed = parseMsisdn(await deps.askPhone());
  if (parsed.ok) return parsed.msisdn;
  throw new NotDone(`Nothing was read. ${parsed.message}`);
};

const MOST_IDS = 100;

const idsOf = (line: CommandLine): readonly string[] | null => {
  const text = line.option("ids");
  if (text === undefined) return null;
  const ids = text
    .split(",")
    .map((id) => id.trim())
    .filter((id) => id !== "");
  if (ids.length > 0 && ids.length <= MOST_IDS) return ids;
  throw new CalledWrongly(`--ids is 1 to ${MOST_IDS} ids or receipts with commas between.`);
};

/** Who it is about: a number, or what is known to be theirs. */
type Subject = { readonly phone: Msisdn } | { readonly ids: readonly string[] };

const subjectOf = async (deps: PersonDeps, line: CommandLine): Promise<Subject> => {
  const ids = idsOf(line);
  return ids === null ? { phone: await phoneOf(deps) } : { ids };
};

interface Found {
  readonly ledger: LedgerDeps;
  readonly one: PersonsItem;
}

/** Everything of the person, storefront by storefront, newest first; or what the ids name. Some of it more than once. */
async function* findings(
  deps: PersonDeps,
  line: CommandLine,
  subject: Subject,
): AsyncGenerator<Found, void, undefined> {
  const data = await dataStack(deps.stacks, requiredStage(line));
  const ledger = deps.ledger(data);
  if ("ids" in subject) {
    for (const id of subject.ids) {
      const found = await byName(ledger, id);
      if (!found)
        throw new NotDone(`The ledger has no payment, payout or refund under ${id}. Nothing after it was done.`);
      for (const one of found) yield { ledger, one };
    }
    return;
  }
  for (const { id: storefront } of await deps.directory(data).storefronts())
    for await (const page of ofPerson(ledger, subject.phone, storefront)) for (const one of page) yield { ledger, one };
}

/** Each thing once, although one may be found under the number and as what another was merged from. */
async function* everything(
  deps: PersonDeps,
  line: CommandLine,
  subject: Subject,
): AsyncGenerator<Found, void, undefined> {
  const seen = new Set<string>();
  for await (const found of findings(deps, line, subject)) {
    if (seen.has(found.one.id)) continue;
    seen.add(found.one.id);
    yield found;
  }
}

const exportPerson = async (deps: PersonDeps, line: CommandLine): Promise<void> => {
  const subject = await subjectOf(deps, line);
  const transactions: object[] = [];
  for await (const { one } of everything(deps, line, subject)) transactions.push(exported(one));
  deps.terminal.say(`${transactions.length} transactions.`);
  const about = "phone" in subject ? { phone: subject.phone } : {};
  deps.terminal.answer(JSON.stringify({ ...about, exported_at: utcIso(deps.clock.now()), transactions }, null, 2));
};

const WORDS: Readonly<Record<KeptBecause, string>> = {
  moving: "its money may still move",
  young: "it ended less than a week ago, and M-PESA or a statement may still say something about it",
  disputed: "somebody is looking into it: resolve its exceptions first",
  to_be_replaced: "its batch is not over and may pay it again: resume or cancel the batch first",
};

/** Words that stay in the history for good. */
const lasting = (line: CommandLine, name: "by" | "because"): string => {
  const words = required(line, name);
  if (words.length <= LONGEST_WORDS && !/\d{7,}/.test(words.replaceAll(/[\s()+-]/g, ""))) return words;
  throw new CalledWrongly(
    `--${name} is at most ${LONGEST_WORDS} characters and no phone number: it stays in the history for good.`,
  );
};

const erase = async (deps: PersonDeps, line: CommandLine): Promise<void> => {
  const erasure: Erasure = {
    by: `operator:${lasting(line, "by")}`,
    requestId: deps.newRequestId(),
    because: lasting(line, "because"),
  };
  const subject = await subjectOf(deps, line);
  const isMeant = line.has("yes");
  const { answer, say } = deps.terminal;
  const counts = { erased: 0, kept: 0, changed: 0 };
  for await (const { ledger, one } of everything(deps, line, subject)) {
    if (one.kept !== null) {
      counts.kept += 1;
      answer(`kept\t${one.id}\t${WORDS[one.kept]}`);
      continue;
    }
    try {
      if (isMeant) await erasePerson(ledger, one, erasure);
      counts.erased += 1;
      answer(`${isMeant ? "erased" : "would be erased"}\t${one.id}`);
    } catch (fault) {
      if (!(fault instanceof ChangedMeanwhile)) throw fault;
      counts.changed += 1;
    }
  }
  say(`${counts.erased} ${isMeant ? "erased" : "would be erased; say --yes to do it"}, ${counts.kept} kept.`);
  if (counts.changed > 0)
    throw new NotDone(`${counts.changed} changed in the meantime and were left alone: run the same command again.`);
};

/** Does what the words ask. @throws CalledWrongly or NotDone with a sentence for the person. */
export const personCommand = async (deps: PersonDeps, words: readonly string[]): Promise<void> => {
  const line = readCommandLine(words, ["stage", "ids", "by", "because"], ["yes"]);
  if (line.wantsHelp) {
    deps.terminal.answer(HELP);
    return;
  }
  if (line.action === "export") return exportPerson(deps, line);
  if (line.action === "erase") return erase(deps, line);
  throw new CalledWrongly("Say what to do: export or erase; --help shows how.");
};
