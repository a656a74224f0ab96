/**
 * Which callback URLs Daraja takes. The word list holds for the whole URL, host name included, which is what makes an
 * address like `…execute-api…` unusable.
 */
import type { Switches } from "./switches.ts";

const REFUSED_WORDS = /m-?pesa|safaricom|exe|cmd|sql|query/i;

/** `silent`: Daraja never answers a push whose URL has a space in it. */
export const checkCallbackUrl = (
  text: unknown,
  switches: Pick<Switches, "url_words">,
): "accepted" | "refused" | "silent" => {
  if (typeof text !== "string" || text.length > 2000) return "refused";
  if (/\s/.test(text)) return "silent";
  const host = /^https?:\/\/([^/?#]+)/.exec(text)?.[1];
  if (host === undefined || /[A-Z<>]/.test(host) || !URL.canParse(text)) return "refused";
  if (switches.url_words === "refuse" && REFUSED_WORDS.test(text)) return "refused";
  return "accepted";
};
