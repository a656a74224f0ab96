import { expect, it } from "vitest";
import { digestHead, digestLine } from "../../../functions/domain/batch-row.ts";
import type { BatchRow } from "../../../functions/domain/batch-row.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { Msisdn } from "../../../functions/domain/msisdn.ts";

const row: BatchRow = {
  position: 1,
  row: 2,
  phone: Msisdn.parse("254708374149"),
  amount: shillings(1500),
  reference: "PAY-1001",
  remarks: "October, late",
};

it("the lines that a batch's digest is taken over are the same for ever", () => {
  const head = { storefront: "demo", shortcode: "600992", reference: 'November "24"', kind: "salary" };
  expect(digestHead(head)).toBe('["malipo.batch.v1","demo","600992","November \\"24\\"","salary"]\n');
  expect(digestLine(row)).toBe('[1,2,"254708374149",150000,"PAY-1001","October, late"]\n');
});

it("no two rows have one line, wherever the words are cut", () => {
  const changed: readonly Partial<BatchRow>[] = [
    { position: 2 },
    { row: 3 },
    { phone: Msisdn.parse("254712345678") },
    { amount: shillings(1501) },
    { reference: "PAY-1001October", remarks: ", late" },
    { remarks: "" },
  ];
  const lines = [row, ...changed.map((change) => ({ ...row, ...change }))].map(digestLine);
  expect(new Set(lines).size).toBe(lines.length);
});
