/** `GenerateSecretString`, as CloudFormation carries it out: random text, by itself or as one field of a JSON object. */
import { randomInt } from "node:crypto";
import * as z from "zod";

export const GenerateSecretString = z.object({
  ExcludeCharacters: z.string().default(""),
  ExcludeLowercase: z.boolean().default(false),
  ExcludeNumbers: z.boolean().default(false),
  ExcludePunctuation: z.boolean().default(false),
  ExcludeUppercase: z.boolean().default(false),
  IncludeSpace: z.boolean().default(false),
  PasswordLength: z.number().int().min(1).max(4096).default(32),
  RequireEachIncludedType: z.boolean().default(true),
  SecretStringTemplate: z.string().optional(),
  GenerateStringKey: z.string().optional(),
});

type Pick = (below: number) => number;

/** The secret's first value. `pick` gives a uniform number from 0 up to, not including, its argument. */
export const generateSecret = (
  options: z.infer<typeof GenerateSecretString>,
  pick: Pick = (n) => randomInt(n),
): string => {
  const password = generatePassword(options, pick);
  if (options.SecretStringTemplate === undefined || options.GenerateStringKey === undefined) return password;
  const template = z.record(z.string(), z.unknown()).parse(JSON.parse(options.SecretStringTemplate));
  return JSON.stringify({ ...template, [options.GenerateStringKey]: password });
};

const generatePassword = (options: z.infer<typeof GenerateSecretString>, pick: Pick): string => {
  const kinds = [
    options.ExcludeLowercase ? "" : "abcdefghijklmnopqrstuvwxyz",
    options.ExcludeUppercase ? "" : "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    options.ExcludeNumbers ? "" : "0123456789",
    options.ExcludePunctuation ? "" : "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
    options.IncludeSpace ? " " : "",
  ]
    .map((kind) => Array.from(kind).filter((character) => !options.ExcludeCharacters.includes(character)))
    .filter((kind) => kind.length > 0);
  const all = kinds.flat();
  const characters = Array.from({ length: options.PasswordLength }, () => all[pick(all.length)] ?? "");
  if (options.RequireEachIncludedType && kinds.length <= characters.length) {
    const places = shuffledPlaces(characters.length, pick);
    kinds.forEach((kind, index) => (characters[places[index] ?? 0] = kind[pick(kind.length)] ?? ""));
  }
  return characters.join("");
};

const shuffledPlaces = (length: number, pick: Pick): number[] => {
  const places = Array.from({ length }, (_unused, index) => index);
  for (let last = length - 1; last > 0; last -= 1) {
    const other = pick(last + 1);
    [places[last], places[other]] = [places[other] ?? 0, places[last] ?? 0];
  }
  return places;
};
