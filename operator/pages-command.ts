/**
 * `npm run pages`: builds the pages that payers see and puts them where a deployed stage serves them from. What must stay
 * true: a page never names a file that is not there yet, so what it is made of goes up before it; older files stay, for
 * pages that somebody still has open.
 */
import { CHECKOUT_PREFIX, cachingOf, typeOfFile } from "../lib/page-headers.ts";
import { readCommandLine, requiredStage } from "./arguments.ts";
import { CalledWrongly, NotDone } from "./refusal.ts";
import { pagesStack } from "./stage.ts";
import type { Stacks } from "./stage.ts";
import type { Terminal } from "./terminal.ts";

const HELP = `The pages that payers see, of a deployed stage.

  npm run pages -- publish --stage STAGE

STAGE is sandbox or production.
publish builds the checkout page from this tree and uploads it. Safe to repeat; payments under way are not disturbed.`;

export interface BuiltFile {
  /** With slashes, such as `assets/index-4f1c.js`. */
  readonly name: string;
  readonly body: Uint8Array;
}

export interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly body: Uint8Array;
  readonly type: string;
  readonly caching: string;
}

export interface PagesDeps {
  readonly stacks: Stacks;
  readonly terminal: Terminal;
  readonly build: () => Promise<readonly BuiltFile[]>;
  readonly upload: (file: Upload) => Promise<void>;
}

const isPage = ({ name }: BuiltFile): boolean => name.endsWith(".html");

const asUpload = (bucket: string, { name, body }: BuiltFile): Upload => {
  const type = typeOfFile(name);
  if (type === null) throw new NotDone(`Nothing was published: the build made ${name}, and no page has such a file.`);
  const key = `${CHECKOUT_PREFIX}${name}`;
  return { bucket, key, body, type, caching: cachingOf(key) };
};

const publish = async (deps: PagesDeps, stage: Parameters<typeof pagesStack>[1]): Promise<void> => {
  const output = await pagesStack(deps.stacks, stage);
  const bucket = output("PagesBucketName");
  const files = await deps.build();
  if (!files.some(isPage)) throw new NotDone("Nothing was published: the build made no page.");
  const inOrder = [...files.filter((file) => !isPage(file)), ...files.filter(isPage)];
  for (const upload of inOrder.map((file) => asUpload(bucket, file))) await deps.upload(upload);
  deps.terminal.answer(`${files.length} files are published at ${output("CheckoutBaseUrl")}/${CHECKOUT_PREFIX}.`);
};

/** Does what the words ask. @throws CalledWrongly or NotDone with a sentence for the person. */
export const pagesCommand = async (deps: PagesDeps, words: readonly string[]): Promise<void> => {
  const line = readCommandLine(words, ["stage"]);
  if (line.wantsHelp) {
    deps.terminal.answer(HELP);
    return;
  }
  if (line.action !== "publish") throw new CalledWrongly("Say publish; --help shows how.");
  await publish(deps, requiredStage(line));
};
