/**
 * A business that had a day: payments by push and from menus, a payout, a reversal, a sweep to the bank. And a reader of
 * its statements that knows the templates from their published shape alone.
 */
import { answerOf, payer } from "./manual-world.ts";
import { createC2bWorld } from "./c2b-world.ts";
import { B2C_PATH, payoutBody } from "./payout-world.ts";

export const BUSINESS = "174379";

export const createStatementWorld = (options: Parameters<typeof createC2bWorld>[0] = {}) => {
  const world = createC2bWorld({ switches: { c2b_tariff: "business" }, ...options });
  const file = async (query: Record<string, string> = {}) =>
    answerOf(await world.send("GET", `/simulator/statement?${new URLSearchParams(query).toString()}`));
  return {
    ...world,
    file,
    /** The cells of a CSV statement. */
    cells: async (query: Record<string, string> = {}): Promise<string[][]> => readCsv((await file(query)).body),
    /** Pushes 1500, menu 2000 for `bob, "the" shop`, pays out 1000, reverses 300 of the menu's. Ten seconds between them. */
    async trade() {
      await world.pushTo(payer(0), { Amount: 1500, AccountReference: "INV-1" });
      await world.clock.advance(10_000);
      const push = (await world.truth())[0]?.receipt ?? "";
      const menu = await world.paid({ amount: 2000, reference: 'bob, "the" shop' });
      await world.post(B2C_PATH, payoutBody({ PartyA: BUSINESS, OriginatorConversationID: "out_1" }));
      await world.clock.advance(10_000);
      const payout = String(world.results().at(-1)?.transactionId);
      await world.reverse({ TransactionID: menu, Amount: "300" });
      await world.clock.advance(10_000);
      const reversal = String(world.results().at(-1)?.transactionId);
      return { push, menu, payout, reversal };
    },
  };
};

/** RFC 4180. */
export const readCsv = (text: string, separator = ","): string[][] => {
  const rows: string[][] = [[""]];
  const write = (character: string): void => {
    const row = rows.at(-1)!;
    row.push((row.pop() ?? "") + character);
  };
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (isQuoted && character === '"' && text[at + 1] === '"') {
      write(character);
      at += 1;
    } else if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && character === separator) rows.at(-1)!.push("");
    else if (!isQuoted && character === "\n") rows.push([""]);
    else if (isQuoted || character !== "\r") write(character);
  }
  return rows.filter((row) => row.length > 1 || row[0] !== "");
};
