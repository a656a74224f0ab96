/**
 * `npm run pages`: builds the pages that payers and engineers see and puts them where a deployed stage serves them from. What must stay
 * true: a page never names a file that is not there yet, so what it is made of goes up before it; older files stay, for
 * pages that somebody still has open.
 */
import { CHECKOUT_PREFIX, DOCS_PREFIX, cachingOf, typeOfFile } from "../lib/page-headers.ts";
import { readCommandLine, requiredStage } from "./arguments.ts";
import { CalledWrongly, NotDone } from "./refusal.ts";
import { pagesStack, storefrontStack } from "./stage.ts";
import type { Stacks } from "./stage.ts";
import type { Terminal } from "./terminal.ts";

const HELP = `The pages of a deployed stage: the checkout, which payers see, and the documentation.

  npm run pages -- publish --stage STAGE

STAGE is sandbox or production.
publish builds both from this tree and uploads them. Safe to repeat; payments under way are not disturbed.`;

export interface BuiltFile {
  /** With slashes, below the address: `checkout/assets/index-4f1c.js`. */
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
  /** `apiBaseUrl` is what the documentation names as the API's address. */
  readonly build: (addresses: { readonly apiBaseUrl: string }) => Promise<readonly BuiltFile[]>;
  readonly upload: (file: Upload) => Promise<void>;
}

const isPage = ({ name }: BuiltFile): boolean => name.endsWith(".html");

const asUpload = (bucket: string, { name, body }: BuiltFile): Upload => {
  const type = typeOfFile(name);
  if (type === null) throw new NotDone(`Nothing was published: the build made ${name}, and no page has such a file.`);
  return { bucket, key: name, body, type, caching: cachingOf(name) };
};

/** Both sites have a page, or the build went wrong. */
const PAGES = [`${CHECKOUT_PREFIX}index.html`, `${DOCS_PREFIX}index.html`];

const publish = async (deps: PagesDeps, stage: Parameters<typeof pagesStack>[1]): Promise<void> => {
  const output = await pagesStack(deps.stacks, stage);
  const bucket = output("PagesBucketName");
  const storefronts = await storefrontStack(deps.stacks, stage);
  const files = await deps.build({ apiBaseUrl: storefronts("ApiBaseUrl") });
  for (const page of PAGES)
    if (!files.some(({ name }) => name === page))
      throw new NotDone(`Nothing was published: the build made no ${page}.`);
  const inOrder = [...files.filter((file) => !isPage(file)), ...files.filter(isPage)];
  for (const upload of inOrder.map((file) => asUpload(bucket, file))) await deps.upload(upload);
  const at = output("CheckoutBaseUrl");
  deps.terminal.answer(`${files.length} files are published: ${at}/${CHECKOUT_PREFIX} and ${at}/docs.`);
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
