/** Generated files in the layout that `npm run format` gives, so that the check of one is no complaint of the other. */
import { readFileSync } from "node:fs";
import { format } from "oxfmt";
import * as z from "zod";

const Style = z.object({ printWidth: z.int(), trailingComma: z.literal("all"), sortPackageJson: z.boolean() });
const style = Style.parse(JSON.parse(readFileSync(new URL("../.oxfmtrc.json", import.meta.url), "utf8")));

/**
 * The text as it is laid out in a file of this name.
 * @param path its ending says which language the text is in
 * Throws when it can't be read as that.
 */
export const laidOut = async (path: string, text: string): Promise<string> => {
  const { code, errors } = await format(path, text, style);
  const [first] = errors;
  if (first) throw new SyntaxError(`${path} can't be laid out: ${first.message}`);
  return code;
};
