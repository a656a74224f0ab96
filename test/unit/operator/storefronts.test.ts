/** `npm run storefronts`: one reference leads to one storefront, and one of them takes what leads to none. */
import { beforeEach, describe, expect, it } from "vitest";
import type { Storefront } from "../../../functions/store/directory.ts";
import { CalledWrongly, NotDone } from "../../../operator/refusal.ts";
import { storefrontsCommand } from "../../../operator/storefronts-command.ts";
import { recordingTerminal, stacksOf } from "./fakes.ts";

const shop: Storefront = { id: "shop", name: "Duka", shortcode: null, references: ["INV"], isDefault: true };

let kept: Map<string, Storefront>;
let seen: ReturnType<typeof recordingTerminal>;
beforeEach(() => {
  kept = new Map([["shop", shop]]);
  seen = recordingTerminal();
});

const run = (...words: string[]): Promise<void> =>
  storefrontsCommand(
    {
      stacks: stacksOf(),
      terminal: seen.terminal,
      directory: () => ({
        storefront: (id) => Promise.resolve(kept.get(id) ?? null),
        storefronts: () => Promise.resolve([...kept.values()]),
        putStorefront: (storefront) => {
          kept.set(storefront.id, storefront);
          return Promise.resolve();
        },
      }),
    },
    words,
  );
const put = (id: string, ...more: string[]) => run("put", "--stage", "sandbox", "--storefront", id, ...more);

describe("npm run storefronts -- put", () => {
  it("makes a storefront with its references, in upper case and each once", async () => {
    await put("farm", "--name", "Shamba la Mama", "--references", "frm, Frm,milk-");
    expect(kept.get("farm")).toEqual({
      id: "farm",
      name: "Shamba la Mama",
      shortcode: null,
      references: ["FRM", "MILK-"],
      isDefault: false,
    });
  });

  it("changes what is given and nothing else", async () => {
    kept.set("shop", { ...shop, shortcode: "600984" });
    await put("shop", "--name", "Duka Kubwa");
    expect(kept.get("shop")).toEqual({ ...shop, shortcode: "600984", name: "Duka Kubwa" });
    await put("shop", "--references", "");
    expect(kept.get("shop")?.references).toEqual([]);
  });

  it("refuses a prefix that is another storefront's, in whatever case", async () => {
    const failed = await put("farm", "--references", "inv").catch((fault: unknown) => fault);
    expect(failed).toBeInstanceOf(NotDone);
    expect((failed as Error).message).toMatch(/^Nothing was changed: .*INV belong to the storefront shop/);
    expect(kept.has("farm")).toBe(false);
  });

  it("lets a longer prefix lead elsewhere, and another shortcode's storefront have the same", async () => {
    await put("farm", "--references", "INVF");
    kept.set("shop", { ...shop, shortcode: "600984" });
    kept.set("farm", { ...kept.get("farm")!, shortcode: "600992" });
    await put("farm", "--references", "INV");
    expect(kept.get("farm")?.references).toEqual(["INV"]);
  });

  it("makes one the default and the one before it no longer", async () => {
    await put("farm", "--default");
    expect([...kept.values()].filter(({ isDefault }) => isDefault).map(({ id }) => id)).toEqual(["farm"]);
    expect(seen.said.join("\n")).toContain("shop is no longer the default");
  });

  it("leaves the default where it is when it was not asked to change it", async () => {
    await put("shop", "--name", "Duka");
    expect(kept.get("shop")?.isDefault).toBe(true);
  });

  it.each([
    ["a prefix with a blank in it", ["--references", "IN V"]],
    ["a prefix longer than an account number", ["--references", "A".repeat(21)]],
    ["more prefixes than anybody needs", ["--references", Array.from({ length: 51 }, (_, n) => `P${n}`).join(",")]],
    ["an empty name", ["--name", ""]],
  ])("refuses %s", async (_, more) => {
    await expect(put("farm", ...more)).rejects.toBeInstanceOf(CalledWrongly);
    expect(kept.size).toBe(1);
  });

  it("refuses an id that can be none", async () => {
    await expect(put("Shop!")).rejects.toBeInstanceOf(CalledWrongly);
  });
});

describe("npm run storefronts -- list", () => {
  it("gives one line for each", async () => {
    kept.set("farm", { ...shop, id: "farm", references: [], isDefault: false, shortcode: "600984", name: "Shamba" });
    await run("list", "--stage", "sandbox");
    expect(seen.answers).toEqual([
      "shop\tthe stage's shortcode\tINV\tdefault\tDuka",
      "farm\t600984\tno references\t\tShamba",
    ]);
  });

  it("says when none is the default", async () => {
    kept.set("shop", { ...shop, isDefault: false });
    await run("list", "--stage", "sandbox");
    expect(seen.said.join("\n")).toContain("No storefront is the default");
  });
});
