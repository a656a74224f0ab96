/**
 * What takes the place of Powertools' JMESPath in every bundle: of the language, the replay cache uses a plain name. The
 * whole of it is a twentieth of start-payment and is parsed at each cold start. What is not a plain name throws.
 */
const NAME = /^[a-z]+$/;

/** The member of `data` that `expression` names; null when there is none, as in JMESPath. */
export const search = (expression: string, data: unknown): unknown => {
  if (!NAME.test(expression)) throw new SyntaxError(`bundles take plain names in place of JMESPath, not ${expression}`);
  return typeof data === "object" && data !== null ? (Reflect.get(data, expression) ?? null) : null;
};

/** Powertools makes one for each configuration and gives it to `search`, which has no use for it here. */
export class PowertoolsFunctions {
  readonly language = "plain names";
}
