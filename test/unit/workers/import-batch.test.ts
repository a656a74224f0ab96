/** An uploaded file becomes the rows of its batch, once, or is refused with the reason. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { batchFiles, uploadKey } from "../../../functions/payouts/batch-files.ts";
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
    expect(rows).toMatchObject({ count: 1, total: 10_000, rejected: 1, rejectedFile: batchFiles(id).rejected });
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

  test("that is imported while another for the same batch is does not take its rows away", async () => {
    const id = await upload(csv("0712345678,100\r\n"));
    const other = csv("0712345678,99999\r\n");
    const slow = importBatch({
      ...office.base,
      freeze: office.freeze,
      change: office.steer,
      files: {
        read: async (key) => {
          const file = await office.base.files.read(key);
          office.bucket.kept.set(key, other);
          await arrive(key);
          return file;
        },
      },
    });
    await slow({ key: uploadKey(id), bytes: 1 }, run());
    const batch = await batchNow(office, id);
    expect(batch.rows).toMatchObject({ total: 9_999_900 });
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

  test("at a name that nobody handed out is left alone", async () => {
    await arrive("uploads/bat_0/payouts.csv");
    await arrive("uploads/../batches/x/rows.ndjson.gz");
    expect(office.logged).toEqual(["upload.ignored", "upload.ignored"]);
  });
});
