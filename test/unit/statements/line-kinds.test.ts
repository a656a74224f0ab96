import { describe, expect, it } from "vitest";
import { lineKind, NAMES } from "../../../functions/statements/line-kinds.ts";

const IN = 100;
const OUT = -100;

it("every name of the table has its kind in its direction, however it is spelled", () => {
  for (const { kind, direction, names } of NAMES)
    for (const name of names)
      for (const spelled of [name, name.toUpperCase(), ` ${name.replaceAll(" ", "  ")} `]) {
        const amount = direction === "out" ? OUT : IN;
        expect(lineKind(spelled, "", amount), spelled).toBe(kind);
        expect(lineKind("", spelled, amount), spelled).toBe(kind);
      }
});

it("no name stands for two kinds", () => {
  const names = NAMES.flatMap((entry) => entry.names.map((name) => name.toLowerCase()));
  expect(new Set(names).size).toBe(names.length);
});

describe("what happened decides before the reason type", () => {
  it.each([
    ["Pay Bill Charge", "Pay Utility", OUT, "charge"],
    ["Pay Utility Reversal", "Pay Utility", OUT, "reversal"],
    ["Pay Bill", "Utility Account to Organization Settlement Account", IN, "payment"],
    ["Something new", "Pay Utility", IN, "payment"],
    ["Something new", "Something newer", IN, "other"],
  ] as const)("%s, %s, %d is %s", (...[action, reason, amount, kind]) => {
    expect(lineKind(action, reason, amount)).toBe(kind);
  });
});

describe("a name that moves money the wrong way is for a person to say", () => {
  it.each([
    ["Pay Bill", "Pay Utility", OUT],
    ["Pay Bill Charge", "Pay Utility", IN],
    ["Business Payment to Customer via API", "", IN],
    ["Agency Withdrawal of funds to Bank", "", IN],
  ])("%s, %s, %d", (action, reason, amount) => {
    expect(lineKind(action, reason, amount)).toBe("other");
  });
});

describe("names that nobody has seen are known by their family", () => {
  it.each([
    ["Business Payment Charge", OUT, "charge"],
    ["Working Account to Utility Account", IN, "transfer"],
    ["Pay Bill Online Reversal", OUT, "reversal"],
    ["Business Payment Reversal by Fictional Traders Ltd\\apiop", IN, "reversal"],
    ["Withdrawal of Funds to Bank", OUT, "withdrawal"],
  ] as const)("%s", (action, amount, kind) => {
    expect(lineKind(action, "", amount)).toBe(kind);
  });

  it("and never by what a payer has typed", () => {
    for (const text of ["Unseen from BOB Acc. reversal", "Unseen by BOB charge", "Unseen - account to account"])
      expect(lineKind(text, "", OUT), text).toBe("other");
  });
});
