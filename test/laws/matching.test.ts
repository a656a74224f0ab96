import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SignedCents } from "../../functions/domain/balance.ts";
import { MATCH_TOLERANCES } from "../../functions/domain/matching.ts";
import type { LedgerLine, MatchReport, PostingAccount } from "../../functions/domain/matching.ts";
import { isPayer, readPayerPhone } from "../../functions/domain/payer-phone.ts";
import type { StatementLine } from "../../functions/domain/statement-line.ts";
import { checkBalances } from "../../functions/reconciliation/balances.ts";
import { match } from "../../functions/reconciliation/match.ts";
import { postingsOf } from "../../functions/reconciliation/postings.ts";
import { phoneKeys, phonesAgree } from "../../functions/reconciliation/phones-agree.ts";
import { explainClassified, explainException, explainMatch } from "../../functions/reconciliation/words.ts";
import { msisdns } from "./arbitraries.ts";
import { amounts, LINE_KIND, WINDOW, worlds } from "./matching-arbitraries.ts";
import type { World } from "./matching-arbitraries.ts";

const run = ({ ledger, lines: source }: World): MatchReport =>
  match({ ledger, lines: source, account: "utility", window: WINDOW, tolerances: MATCH_TOLERANCES });

const inWindow = ({ completedAt }: StatementLine) => completedAt >= WINDOW.from && completedAt < WINDOW.until;
const judged = ({ lines: source }: World) => source.filter((line) => line.completed && inWindow(line));

const linesOf = ({ matches, classified, exceptions }: MatchReport) => [
  ...matches.map(({ line }) => line),
  ...classified.map(({ line }) => line),
  ...exceptions.flatMap((exception) => exception.lines),
];
const ledgerOf = ({ matches, exceptions, carried, unmoved }: MatchReport) => [
  ...matches.map(({ ledger }) => ledger),
  ...exceptions.flatMap(({ ledger }) => ledger),
  ...carried,
  ...unmoved,
];
const sum = (items: readonly { readonly amount: number }[]) => items.reduce((total, { amount }) => total + amount, 0);
const sorted = <T extends string | number>(items: readonly T[]) => [...items].sort((a, b) => (a < b ? -1 : 1));

const LAW = { numRuns: 2_000 };

/** Whether a receipt names one transaction at all. */
const names = (receipt: string | null): boolean => receipt !== null && receipt !== "" && receipt !== "OAK0000000";

/** The second rule's conditions once more, as plainly as can be. */
const couldBe = (row: LedgerLine, line: StatementLine): boolean => {
  const reference = line.kind === "reversal" ? line.linkedReceipt : line.reference;
  const [a, b] = [row.reference, reference].map((text) => (text ?? "").trim().toLowerCase());
  const phone = phonesAgree(row.phone, line.party?.phone ?? null);
  const after = line.completedAt - row.at;
  return (
    LINE_KIND[row.kind] === line.kind &&
    row.amount === line.amount &&
    after >= -MATCH_TOLERANCES.beforeMs &&
    after <= MATCH_TOLERANCES.afterMs[row.kind] &&
    phone !== "contradicts" &&
    (a === "" || b === "" || a === b) &&
    (phone === "agrees" || (a !== "" && a === b))
  );
};

/** Rows and lines that only details can match: without a receipt, or with one that the other side does not know. */
const seekers = (world: World) => {
  const known = new Set(world.ledger.map(({ receipt }) => receipt).filter(names));
  const ways = new Set<string>();
  const first = judged(world).filter(({ receipt, kind, amount }) => {
    const way = `${receipt} ${kind} ${Math.sign(amount)}`;
    return !names(receipt) || (!ways.has(way) && ways.add(way).size > 0);
  });
  return {
    rows: world.ledger.filter(({ receipt }) => !names(receipt)),
    lines: first.filter(({ receipt }) => !known.has(receipt)),
  };
};

describe("whatever the ledger and the statement say", () => {
  it("every completed line of the window comes out once, and so does every row of the ledger", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const report = run(world);
        expect(sorted(linesOf(report).map(({ row }) => row))).toEqual(judged(world).map(({ row }) => row));
        expect(sorted(ledgerOf(report).map(({ id }) => id))).toEqual(world.ledger.map(({ id }) => id));
        const { outside, incomplete } = report.totals;
        expect(outside + incomplete + judged(world).length).toBe(world.lines.length);
      }),
      LAW,
    );
  });

  it("no line explains two transactions, no transaction two lines, and no receipt two of either", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { matches } = run(world);
        expect(new Set(matches.map(({ line }) => line.row)).size).toBe(matches.length);
        expect(new Set(matches.map(({ ledger }) => ledger.id)).size).toBe(matches.length);
        for (const { line, ledger } of matches) expect(line.amount).toBe(ledger.amount);
        const receipts = matches.map(({ line }) => line.receipt).filter(names);
        expect(new Set(receipts).size).toBe(receipts.length);
      }),
      LAW,
    );
  });

  it("the same input in any order gives the same report, byte for byte", () => {
    const shuffled = worlds.chain((world) =>
      fc.record({
        world: fc.constant(world),
        ledger: fc.shuffledSubarray([...world.ledger], { minLength: world.ledger.length }),
        lines: fc.shuffledSubarray([...world.lines], { minLength: world.lines.length }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ world, ...other }) => {
        expect(JSON.stringify(run(other))).toBe(JSON.stringify(run(world)));
      }),
      LAW,
    );
  });

  it("a match by receipt has one transaction of that receipt, and a line of its kind", () => {
    let seen = 0;
    fc.assert(
      fc.property(worlds, (world) => {
        for (const { rule, line, ledger } of run(world).matches) {
          if (rule !== "receipt") continue;
          seen += 1;
          expect(line.receipt).toBe(ledger.receipt);
          expect(world.ledger.filter(({ receipt }) => receipt === line.receipt)).toHaveLength(1);
          expect([LINE_KIND[ledger.kind], "other"]).toContain(line.kind);
        }
      }),
      LAW,
    );
    expect(seen).toBeGreaterThan(200);
  });

  it("nothing is matched by details that could be something else", () => {
    let seen = 0;
    fc.assert(
      fc.property(worlds, (world) => {
        const all = seekers(world);
        for (const {
          rule,
          line: { row: at },
          ledger,
        } of run(world).matches) {
          if (rule !== "details") continue;
          seen += 1;
          const line = world.lines.find(({ row }) => row === at)!;
          const rowsOfLine = all.rows.filter((row) => couldBe(row, line));
          const others = rowsOfLine.filter(({ id }) => id !== ledger.id);
          expect(rowsOfLine.length - others.length).toBe(1);
          expect(others.every(({ state }) => state === "failed")).toBe(true);
          if (others.length > 0) expect(ledger.state).toBe("succeeded");
          for (const row of rowsOfLine)
            expect(all.lines.filter((other) => couldBe(row, other)).map((other) => other.row)).toEqual([at]);
        }
      }),
      LAW,
    );
    expect(seen).toBeGreaterThan(200);
  });

  it("what could be each other is matched or ambiguous, never overlooked", () => {
    let seen = 0;
    fc.assert(
      fc.property(worlds, (world) => {
        const report = run(world);
        const all = seekers(world);
        const ambiguous = report.exceptions.filter(({ kind }) => kind === "ambiguous");
        const rowsSeen = new Set([
          ...report.matches.map(({ line }) => line.row),
          ...ambiguous.flatMap((exception) => exception.lines.map(({ row }) => row)),
        ]);
        for (const line of all.lines)
          if (all.rows.some((row) => couldBe(row, line))) {
            seen += 1;
            expect(rowsSeen).toContain(line.row);
          }
      }),
      LAW,
    );
    expect(seen).toBeGreaterThan(200);
  });

  it("sums agree: lines with what became of them, the ledger with what became of it, postings with both", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const report = run(world);
        const { totals, movements } = report;
        expect(totals.lines).toEqual({ count: judged(world).length, amount: sum(judged(world)) });
        expect(totals.ledger).toEqual({ count: world.ledger.length, amount: sum(world.ledger) });
        expect(sum(linesOf(report).flatMap(postingsOf))).toBe(0);
        expect(Object.values(movements).reduce((total, amount) => total + amount, 0)).toBe(0);
        const own: readonly PostingAccount[] = ["utility", "settlement"];
        expect(own.reduce((total, account) => total + movements[account], 0)).toBe(sum(judged(world)));
        expect(movements.suspense + totals.unexplained.amount).toBe(0);
      }),
      LAW,
    );
  });

  it("opening balance and movements are the closing balance, whatever the lines are", () => {
    fc.assert(
      fc.property(worlds, amounts, (world, opening) => {
        const { movements } = run(world);
        const closing = SignedCents.parse(opening + movements.utility);
        const [check] = checkBalances([{ account: "utility", opening, closing }], movements);
        expect(check).toMatchObject({ difference: 0, holds: true });
      }),
    );
  });

  it("a second run over a ledger that believed the first finds the same pairs, by receipt, and the same exceptions", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const first = run(world);
        const heard = new Map(first.matches.map(({ line, ledger }) => [ledger.id, line]));
        const ledger = world.ledger.map((row): LedgerLine => {
          const line = heard.get(row.id);
          return line === undefined ? row : { ...row, state: "succeeded", receipt: line.receipt, at: line.completedAt };
        });
        // A line without a usable receipt tells the ledger none.
        if (first.matches.some(({ line }) => !names(line.receipt))) return;
        const second = run({ ...world, ledger });
        const pairs = (report: MatchReport) => report.matches.map(({ line, ledger: { id } }) => [line.row, id]);
        expect(pairs(second)).toEqual(pairs(first));
        expect(second.matches.every(({ rule }) => rule === "receipt")).toBe(true);
        expect(second.exceptions).toEqual(first.exceptions);
        expect(second.totals.news).toBe(0);
        expect(second.movements).toEqual(first.movements);
      }),
      LAW,
    );
  });

  it("the words name no customer and leave nothing unsaid", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { matches, classified, exceptions } = run(world);
        const words = [
          ...matches.map(explainMatch),
          ...classified.map(explainClassified),
          ...exceptions.map(explainException),
        ];
        for (const text of words) expect(text).toMatch(/^\S[^]*\.$/);
        expect(words.join("\n")).not.toMatch(/ALICE|INV-|undefined|null|NaN|\*\*/i);
      }),
    );
  });
});

describe("two ways to write a payer's number", () => {
  const masks = fc
    .tuple(msisdns, fc.integer({ min: 4, max: 6 }), fc.integer({ min: 2, max: 4 }), fc.boolean())
    .map(([msisdn, head, tail, local]) => {
      const whole = local ? `0${msisdn.slice(3)}` : msisdn;
      return { msisdn, text: `${whole.slice(0, local ? head - 2 : head)}****${whole.slice(-tail)}` };
    });

  it("never contradict each other when they are of one number, and agree only where they can be found by it", () => {
    fc.assert(
      fc.property(masks, masks, (one, other) => {
        const [a, b] = [readPayerPhone(one.text), readPayerPhone(other.text)];
        const [whole, masked] = [readPayerPhone(one.msisdn), readPayerPhone(one.text)];
        expect(phonesAgree(whole, masked)).not.toBe("contradicts");
        expect(phonesAgree(a, b)).toBe(phonesAgree(b, a));
        if (b !== null && isPayer(b, one.msisdn) === "maybe") expect(phonesAgree(a, b)).not.toBe("contradicts");
        if (phonesAgree(a, b) === "agrees") expect(phoneKeys(a)).toEqual(phoneKeys(b));
      }),
      LAW,
    );
  });
});
