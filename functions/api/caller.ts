/**
 * Who is calling, as the authoriser passes it on: an API key of one storefront, or a browser that holds the token of
 * one payment or one checkout session. API Gateway carries an authoriser's context as flat text, so writing and reading it live together here.
 */
import * as z from "zod";
import { SCOPES } from "../domain/scopes.ts";
import type { Scope } from "../domain/scopes.ts";

export type Caller =
  | { readonly kind: "key"; readonly keyId: string; readonly storefront: string; readonly scopes: readonly Scope[] }
  /** `subject`: the payment or the checkout session that its token names. */
  | { readonly kind: "browser"; readonly subject: string };

const Context = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("key"), key_id: z.string(), storefront: z.string(), scopes: z.string() }),
  z.object({ kind: z.literal("browser"), subject: z.string() }),
]);

export const toContext = (caller: Caller): z.infer<typeof Context> =>
  caller.kind === "key"
    ? { kind: "key", key_id: caller.keyId, storefront: caller.storefront, scopes: caller.scopes.join(" ") }
    : { kind: "browser", subject: caller.subject };

/** Null when the authoriser said nothing usable, which only a wrongly built stack can cause. */
export const fromContext = (context: Readonly<Record<string, string>>): Caller | null => {
  const parsed = Context.safeParse(context);
  if (!parsed.success) return null;
  if (parsed.data.kind === "browser") return parsed.data;
  const granted = new Set(parsed.data.scopes.split(" "));
  return {
    kind: "key",
    keyId: parsed.data.key_id,
    storefront: parsed.data.storefront,
    scopes: SCOPES.filter((scope) => granted.has(scope)),
  };
};
