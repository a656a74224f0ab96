/** Whether an authoriser's policy lets a method be invoked: an explicit Deny wins, and what is not allowed is denied. */
import * as z from "zod";

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

export const Policy = z.object({
  Version: z.string().optional(),
  Statement: z
    .union([z.unknown().array(), z.unknown()])
    .transform((value) => [value].flat())
    .pipe(
      z.array(
        z.strictObject({
          Sid: z.string().optional(),
          Effect: z.enum(["Allow", "Deny"]),
          Action: oneOrMore,
          Resource: oneOrMore,
        }),
      ),
    ),
});

/** `methodArn` is `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<METHOD>/<path>`. */
export const isAllowed = (policy: z.infer<typeof Policy>, methodArn: string): boolean => {
  const applying = policy.Statement.filter(
    ({ Action, Resource }) =>
      Action.some((action) => fits(action.toLowerCase(), "execute-api:invoke")) &&
      Resource.some((resource) => fits(resource, methodArn)),
  );
  return applying.some(({ Effect }) => Effect === "Allow") && !applying.some(({ Effect }) => Effect === "Deny");
};

/** `*` stands for any run of characters, `?` for one. */
export const fits = (pattern: string, text: string): boolean => matcher(pattern)(text);

/** The same for a pattern that many texts are held against. */
export const matcher = (pattern: string): ((text: string) => boolean) => {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const compiled = new RegExp(`^${expression}$`, "s");
  return (text) => compiled.test(text);
};
