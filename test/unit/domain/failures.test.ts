import { describe, expect, it } from "vitest";
import { FAILURE_CODES, FAILURES } from "../../../functions/domain/failures.ts";

describe.each(FAILURE_CODES)("the texts of %s", (code) => {
  const { message, newAttempt, customerMessage } = FAILURES[code];

  it("are whole sentences, short enough for a phone's screen", () => {
    for (const text of [message, customerMessage.en, customerMessage.sw]) expect(text).toMatch(/^[A-Z].*[.]$/s);
    for (const text of [customerMessage.en, customerMessage.sw]) expect(text.length).toBeLessThanOrEqual(220);
  });

  it("tell the payer nothing about the machinery", () => {
    for (const text of [customerMessage.en, customerMessage.sw])
      expect(text).not.toMatch(/daraja|malipo (?:api|gateway)|error|code|server|timeout|API/i);
  });

  it("speak of another attempt in both languages or in neither", () => {
    const english = /try again|start again|another number/.test(customerMessage.en);
    const swahili = /jaribu tena|ujaribu tena|kujaribu tena|anza tena|nambari nyingine/.test(customerMessage.sw);
    expect(swahili).toBe(english);
    if (newAttempt !== "no") expect(english).toBe(true);
  });

  it("say in both languages, or in neither, that nothing was taken", () => {
    const english = /nothing was taken|was not taken/i.test(customerMessage.en);
    const swahili = /hakuna pesa iliyokatwa|halikukatwa/i.test(customerMessage.sw);
    expect(swahili).toBe(english);
  });
});

it("nobody is told that nothing was taken while late money may still arrive", () => {
  for (const code of ["customer_unreachable", "unclassified"] as const) {
    expect(FAILURES[code].customerMessage.en).not.toMatch(/nothing was taken/i);
    expect(FAILURES[code].customerMessage.en).toMatch(/confirmation/);
  }
});
