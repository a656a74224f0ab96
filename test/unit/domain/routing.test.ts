import { describe, expect, it } from "vitest";
import { ownerOfShortcode, routeReference, storefrontsOf } from "../../../functions/domain/routing.ts";
import type { RoutedStorefront } from "../../../functions/domain/routing.ts";

const SHORTCODE = "174379";
const shop = (id: string, more: Partial<RoutedStorefront> = {}): RoutedStorefront => ({
  id,
  shortcode: null,
  references: [],
  isDefault: false,
  ...more,
});
const route = (reference: string, ...all: readonly RoutedStorefront[]) => {
  const found = routeReference(all, { shortcode: SHORTCODE, reference });
  return found && `${found.storefront} ${found.routing}`;
};

describe("a shortcode", () => {
  it("is taken by those that name it or none, by id", () => {
    const all = [shop("c"), shop("b", { shortcode: SHORTCODE }), shop("a", { shortcode: "600000" })];
    for (const some of [all, all.toReversed()])
      expect(storefrontsOf(some, SHORTCODE).map(({ id }) => id)).toEqual(["b", "c"]);
  });

  it("belongs to the default one of them, else to the first", () => {
    expect(ownerOfShortcode([shop("b"), shop("a")], SHORTCODE)).toBe("a");
    expect(ownerOfShortcode([shop("a"), shop("b", { isDefault: true })], SHORTCODE)).toBe("b");
  });

  it("that nobody takes belongs to the default one of all, else to the first; to nobody where nobody is", () => {
    const other = { shortcode: "600000" };
    const [a, b] = [shop("a", other), shop("b", other)];
    expect([ownerOfShortcode([b, a], SHORTCODE), ownerOfShortcode([a, b], SHORTCODE)]).toEqual(["a", "a"]);
    expect(ownerOfShortcode([shop("a", other), shop("b", { ...other, isDefault: true })], SHORTCODE)).toBe("b");
    expect(ownerOfShortcode([], SHORTCODE)).toBeNull();
    const taken = shop("b", { shortcode: SHORTCODE });
    expect(ownerOfShortcode([shop("a", { ...other, isDefault: true }), taken], SHORTCODE)).toBe("b");
  });
});

describe("a reference", () => {
  const inv = shop("inv", { references: ["INV"] });
  const invoices = shop("invoices", { references: ["X", "inv-"] });
  const rest = shop("rest", { isDefault: true });

  it("goes to whose prefix fits, in any case and without the blanks around", () => {
    expect(route(" inv9", rest, inv)).toBe("inv matched");
    expect(route("9inv", rest, inv)).toBe("rest unmatched");
  });

  it("goes to the longest prefix that fits", () => {
    expect(route("INV-1", rest, inv, invoices)).toBe("invoices matched");
    expect(route("INV1", rest, inv, invoices)).toBe("inv matched");
  });

  it("that fits two equally, or nobody, goes to the shortcode's owner", () => {
    expect(route("INV1", rest, inv, shop("other", { references: ["inv"] }))).toBe("rest unmatched");
    expect(route("ORD1", rest, inv)).toBe("rest unmatched");
    expect(route("INV1", rest, shop("twice", { references: ["INV", "inv"] }))).toBe("twice matched");
  });

  it("is nobody's by an empty prefix, nor by that of one at another shortcode", () => {
    expect(route("INV1", rest, shop("empty", { references: [""] }))).toBe("rest unmatched");
    expect(route("INV1", rest, { ...inv, shortcode: "600000" })).toBe("rest unmatched");
    expect(route("INV1")).toBeNull();
  });
});
