import { search as whole } from "@aws-lambda-powertools/jmespath";
import { expect, it } from "vitest";
import { search } from "../../lib/constructs/plain-jmespath.ts";

it("finds what the whole language finds for a plain name", () => {
  const data = { name: ["shop", "start_payment", "key"], fingerprint: "abc", empty: null };
  for (const name of ["name", "fingerprint", "empty", "absent"])
    for (const one of [data, {}, ["name"], null]) expect(search(name, one)).toEqual(whole(name, one));
});

it.each(["[storefront, key]", "name[0]", "a.b", "", "@"])(
  "throws for %j instead of answering it wrongly",
  (expression) => {
    expect(() => search(expression, {})).toThrow(SyntaxError);
  },
);
