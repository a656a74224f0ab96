/** An uploaded file becomes the rows of its batch, once, or is refused with the reason. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { uploadKey } from "../../../functions/payouts/batch-files.ts";
import { importBatch } from "../../../functions/workers/import-batch.ts";
import { openPayOffice, run, SHORTCODE } from "../payouts/pay-office.ts";
import type { PayOffice } from "../payouts/pay-office.ts";
import { approve, batchNow, start } from "../payouts/payroll.ts";
import { newBatch } from "../store/payout-samples.ts";

let office: PayOffice;
beforeEach(async () => {
  office = await openPayOffice();
  await office.openLane();
});
afterEach(() => office.close());

describe("an upload", () => {
  const csv = (rows: string): Uint8Array => Buffer.from(`phone,amount\r\n${rows}`);
  const upload = async (text: Uint8Array): Promise<string> => {
    const { batch } = await office.base.batches.open(newBatch({ rows: null, shortcode: SHORTCODE }));
    office.bucket.kept.set(uploadKey(batch.id), text);
    return batch.id;
  };
  const arrive = (key: string) => office.importer({ key, bytes: 1 }, run());

  test("is frozen for its batch, which then waits for approval", async () => {
    const id = await upload(csv("0712345678,100\r\n0712345679,5\r\n"));
    await arrive(uploadKey(id));
    const { state, rows } = await batchNow(office, id);
    expect(state).toBe("awaiting_approval");
    expect(rows).toMatchObject({ count: 1, total: 10_000, rejected: 1 });
    expect(rows?.rejectedFile).toContain(`batches/${id}/rejected-`);
    expect(office.bucket.kept.has(rows?.file ?? "")).toBe(true);
  });

  test("that comes a second time, or once the batch has rows, changes nothing", async () => {
    const id = await upload(csv("0712345678,100\r\n"));
    await arrive(uploadKey(id));
    const before = await batchNow(office, id);
    office.bucket.kept.set(uploadKey(id), csv("0712345678,99999\r\n"));
    await arrive(uploadKey(id));
    expect(await batchNow(office, id)).toEqual(before);
  });

  test("that is imported when the turn of another for the same batch has run out does not take its rows away", async () => {
    const id = await upload(csv("0712345678,100\r\n0712345670,5\r\n0712345671,1\r\n"));
    const other = csv("0712345678,99999\r\n0712345679,7\r\n");
    const slow = importBatch({
      ...office.base,
      freeze: office.freeze,
      change: office.steer,
      files: {
        read: async (key) => {
          const file = await office.base.files.read(key);
          office.bucket.kept.set(key, other);
          office.pass(310_000);
          await arrive(key);
          return file;
        },
      },
    });
    await slow({ key: uploadKey(id), bytes: 1 }, run());
    const batch = await batchNow(office, id);
    expect(batch.rows).toMatchObject({ total: 9_999_900, rejected: 1 });
    const listed = Buffer.from(office.bucket.kept.get(batch.rows?.rejectedFile ?? "") ?? "").toString();
    expect(listed.trimEnd().split("\n")).toHaveLength(2);
    await approve(office, batch);
    await start(office, id);
    expect(await batchNow(office, id)).toMatchObject({ state: "running", handed: 1 });
  });

  test("in which nothing can be paid, or that is no such file, is refused with the reason", async () => {
    for (const [text, code] of [
      [csv("0712345678,5\r\n"), "no_valid_rows"],
      [Buffer.from("name;age\r\n"), expect.any(String)],
    ] as const) {
      const id = await upload(text);
      await arrive(uploadKey(id));
      expect(await batchNow(office, id)).toMatchObject({ state: "rejected", refusal: { code: code as string } });
    }
  });

  test("waits while another batch of the storefront is frozen, and comes again when that takes too long", async () => {
    const id = await upload(csv("0712345678,100\r\n"));
    const { storefront } = await batchNow(office, id);
    const hold = (release: () => Promise<void>) =>
      office.base.inTurn({ storefront, patienceMs: 0, remainingMs: () => 28_000 }, release);
    await hold(async () => {
      await expect(arrive(uploadKey(id))).rejects.toThrow("other batches of the storefront");
    });
    expect(await batchNow(office, id)).toMatchObject({ state: "awaiting_upload" });
    await arrive(uploadKey(id));
    expect(await batchNow(office, id)).toMatchObject({ state: "awaiting_approval" });
  });

  test("of the same payroll for two batches at once is paid by one of them", async () => {
    const file = csv("0712345678,100\r\n0712345679,200\r\n");
    const ids = [await upload(file), await upload(file)];
    await Promise.all(ids.map((id) => arrive(uploadKey(id))));
    const states = await Promise.all(ids.map(async (id) => (await batchNow(office, id)).state));
    expect(states.sort()).toEqual(["awaiting_approval", "rejected"]);
  });

  test("keeps what the approver should know of its rows", async () => {
    const id = await upload(Buffer.from("phone,amount,nickname\r\n0712000000,100,A\r\n"));
    await arrive(uploadKey(id));
    const { rows } = await batchNow(office, id);
    expect(rows?.warnings).toEqual([expect.stringContaining("nickname"), expect.stringContaining("six zeros")]);
  });

  test("that can't be found, or not be read, is not forgotten: the event comes again", async () => {
    const { batch } = await office.base.batches.open(newBatch({ rows: null, shortcode: SHORTCODE }));
    await expect(arrive(uploadKey(batch.id))).rejects.toThrow(`uploaded for ${batch.id}`);
    expect(office.logged).not.toContain("upload.ignored");
    office.pass(6_000);
    office.bucket.kept.set(uploadKey(batch.id), csv("0712345678,100\r\n"));
    await arrive(uploadKey(batch.id));
    expect(await batchNow(office, batch.id)).toMatchObject({ state: "awaiting_approval" });
  });

  test("at a name that nobody handed out is left alone", async () => {
    await arrive("uploads/bat_0/payouts.csv");
    await arrive("uploads/../batches/x/rows.ndjson.gz");
    expect(office.logged).toEqual(["upload.ignored", "upload.ignored"]);
  });
});
