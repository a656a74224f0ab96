/**
 * Finds secrets in running text and takes them out: by the name in front of them (JSON, JSON within JSON, headers, query
 * strings) and by their form when no name is near. What must stay true: a secret cut off at the end of the text is
 * masked like a whole one.
 */

/** What stands in a secret's place. */
export const MASK = "[masked]";

const NAMES =
  "passw(?:or)?d|passkey|passphrase|secret|credential|authorization|token|api[_-]?key|private[_-]?key|pepper|cookie";
const SECRET_NAME = new RegExp(`${NAMES}|(?:^|[_\\W])pin(?:$|[_\\W]?(?:code|hash))`, "i");

/** Whether what goes by this name is a secret: `SecurityCredential`, `access_token`, `consumerSecret`, `pin`. */
export const namesSecret = (name: string): boolean => SECRET_NAME.test(name.replace(/([a-z])([A-Z])/g, "$1_$2"));

/** A name, what follows it, and a value: in quotes of any depth up to the closing ones, else up to the next blank. */
const NAMED = new RegExp(
  `((?:${NAMES}|(?<![a-z])pin(?:[_-]?(?:code|hash))?)[\\w-]{0,32}(?:\\\\*["'])?\\s{0,4}[:=]\\s{0,4})` +
    `(?:(\\\\*["'])(?:\\\\.|(?!\\2)[^\\\\])*?(?:\\2|$)|(?:(?:Bearer|Basic)\\s+)?(?:\\[masked\\]|[^\\s"',;&})\\]{\\\\]+))`,
  "gi",
);

/** Secrets known by their form; each keeps what comes before the secret itself. */
const FORMS: readonly RegExp[] = [
  /(\bBearer\s+)[\w.~+/=-]+/gi,
  /(\bBasic\s+)(?![a-z]+\b)[\w+/=-]{8,}/gi,
  /(\bsk_(?:live|test)_)\w+/g,
  /(\bct_)[\w.-]{8,}/g,
  // Daraja repeats a refused token in its answer.
  /(Access Token - )[^\s"'<\\[]+/gi,
  /(:\/\/)[^\s/@:"]+:[^\s/@"]+(?=@)/g,
  // The path of a callback ends in a token that lets its bearer speak as M-PESA.
  /(\/callbacks\/v\d+\/[a-z0-9-]+\/\w+\/)[^\s"'?#/\\]+/g,
];

/** STK passwords have 112 characters and more, security credentials 344; nothing else that long is written in base64. */
const RUN = 88;
const BASE64 = /[A-Za-z0-9+/\\]/;
const isBase64 = (text: string, at: number): boolean => BASE64.test(text.charAt(at));

/** Long runs of base64. Such a run covers every 88th place it crosses, so only those are looked at. */
const maskRuns = (text: string): string => {
  let masked = "";
  let done = 0;
  for (let at = RUN - 1; at < text.length; at += RUN) {
    if (!isBase64(text, at)) continue;
    let from = at;
    let until = at + 1;
    while (from > done && isBase64(text, from - 1)) from -= 1;
    while (until < text.length && isBase64(text, until)) until += 1;
    if (until - from < RUN) continue;
    while (text.charAt(until) === "=") until += 1;
    masked += text.slice(done, from) + MASK;
    done = until;
    at = until - 1;
  }
  return done === 0 ? text : masked + text.slice(done);
};

/** Tells at a glance that no name of a secret is in a text, which is so for most. */
const ANY_NAME = new RegExp(`${NAMES}|pin`, "i");

/** The text without its secrets. Linear in the text's length. */
export const maskSecretsIn = (text: string): string => {
  let masked = text;
  if (ANY_NAME.test(text))
    masked = text.replace(NAMED, (_whole: string, name: string, quote: string | undefined) =>
      quote === undefined ? name + MASK : name + quote + MASK + quote,
    );
  for (const form of FORMS) masked = masked.replace(form, `$1${MASK}`);
  return maskRuns(masked);
};
