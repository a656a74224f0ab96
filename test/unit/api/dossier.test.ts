/** The dossier: one request from a transaction to its whole story, for a program and for a reader of paper. */
import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readDossier } from "../../../functions/api/dossier.ts";
import { ROUTES } from "../../../functions/api/contract.ts";
import { mount, serve } from "../../../functions/api/endpoint.ts";
import { toContext } from "../../../functions/api/caller.ts";
import type { Dossier } from "../../../functions/api/responses.ts";
import type { HttpResponse } from "../../../functions/runtime/http.ts";
import { LIMITS } from "../store/database.ts";
import type { TestLedger } from "../store/database.ts";
import { startLedgerInMemory } from "../store/in-memory.ts";
import { accepted, evidence, freshReceipt, intent, paid } from "../store/samples.ts";
import { batchId, paidOut, placeIn, rowIntent, sending } from "../store/payout-samples.ts";

let books: TestLedger;
beforeEach(async () => {
  books = await startLedgerInMemory();
});
afterEach(() => books.close());

const ask = (id: string, { accept = "application/json", storefront = "storefront" } = {}): Promise<HttpResponse> =>
  serve([mount(ROUTES.readDossier, readDossier({ ledger: books.ledger, clock: { now: () => books.time.now } }))])({
    method: "GET",
    route: ROUTES.readDossier.path,
    params: { id },
    query: {},
    headers: { accept },
    body: null,
    sourceAddress: "192.0.2.1",
    requestId: "r",
    authoriser: toContext({ kind: "key", keyId: "key_auditor", storefront, scopes: ["audit:read"] }),
    remainingMs: () => 10_000,
  });

const dossierOf = async (id: string): Promise<Dossier> => (await ask(id)).body as Dossier;

const lived = async () => {
  const asked = intent({ reference: `<b>"Tom & Jerry's"</b>` });
  const receipt = freshReceipt();
  await books.ledger.open(asked, LIMITS);
  await books.ledger.record(asked.id, accepted(asked));
  await books.ledger.record(asked.id, paid(asked, receipt));
  return { asked, receipt };
};

describe("a dossier", () => {
  test("is the whole life, the chain's verdict, and whose the receipt is", async () => {
    const { asked, receipt } = await lived();
    const dossier = await dossierOf(asked.id);
    expect(dossier).toMatchObject({
      object: "dossier",
      timeline: { transaction: { id: asked.id, receipt }, chain: { intact: true, problem: null } },
      receipt: { receipt, claimed_by: asked.id, is_ours: true },
      related: [],
      related_count: 0,
    });
    expect(dossier.timeline.data.map(({ finding }) => finding)).toEqual(["created", "accepted", "paid"]);
    expect(JSON.stringify(dossier)).not.toContain(asked.phone);
  });

  test("brings the life of what it is part of along", async () => {
    const asked = await sending(books, rowIntent(placeIn(batchId(), 1), { storefront: "storefront" }));
    await books.payouts.record(asked.id, paidOut(asked, freshReceipt()));
    const dossier = await dossierOf(asked.id);
    // The batch of this payout was never put on the ledger: it is counted, and there is nothing to tell.
    expect(dossier).toMatchObject({ receipt: { is_ours: true }, related: [], related_count: 1 });
  });

  test("is not found by another storefront, nor under what is no id", async () => {
    const { asked } = await lived();
    for (const [id, storefront] of [
      [asked.id, "other"],
      ["pay_nobody", "storefront"],
      ["receipt#X", "storefront"],
    ] as const)
      expect((await ask(id, { storefront })).status, id).toBe(404);
  });
});

describe("the page", () => {
  const pageOf = async (id: string): Promise<string> => (await ask(id, { accept: "text/html" })).text ?? "";

  test("is given to who asks for HTML by name, and to nobody else", async () => {
    const { asked } = await lived();
    const typeFor = async (accept: string) =>
      (await ask(asked.id, { accept })).headers?.["content-type"] ?? "application/json";
    for (const accept of [
      "text/html",
      "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
      "application/json;q=0.5, TEXT/HTML",
    ])
      expect(await typeFor(accept), accept).toBe("text/html; charset=utf-8");
    for (const accept of ["", "*/*", "application/json", "text/html;q=0", "text/htmlx"])
      expect(await typeFor(accept), accept).toBe("application/json");
  });

  test("loads nothing but its own style, which its policy names by its hash", async () => {
    const { asked } = await lived();
    const { text = "", headers } = await ask(asked.id, { accept: "text/html" });
    const policy = headers?.["content-security-policy"] ?? "";
    const style = /<style>([\s\S]*)<\/style>/.exec(text)![1]!;
    expect(policy).toContain(`style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
    expect(text).not.toMatch(/<script|\sstyle=|\son[a-z]+=|src=|href=/i);
  });

  test("makes no markup of anything that came from outside, and spells no phone number", async () => {
    const { asked } = await lived();
    const text = await pageOf(asked.id);
    expect(text).toContain("&lt;b&gt;&quot;Tom &amp; Jerry&#39;s&quot;&lt;/b&gt;");
    expect(text).not.toContain('<b>"Tom');
    expect(text).not.toContain(asked.phone);
    expect(text).toContain("Nothing was changed.");
    expect(text).toContain("KES 1,500.00");
  });

  test("says so when the chain is broken, and what a person had to look at", async () => {
    const { asked } = await lived();
    const odd = { finding: "unreadable", because: "odd" } as const;
    const other = intent();
    await books.ledger.open(other, LIMITS);
    await books.ledger.record(other.id, evidence(odd, { raw: '{"odd":1}' }));
    expect(await pageOf(other.id)).toContain("Unreadable callback");
    const read = books.ledger.history.bind(books.ledger);
    books.ledger.history = async (id) => {
      const whole = await read(id);
      return whole && { ...whole, head: "ab".repeat(32) };
    };
    expect(await pageOf(asked.id)).toContain("The chain is broken.");
  });
});
