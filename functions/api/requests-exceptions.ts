/** What comes in about exceptions. Free text is a person's: any letters, no control characters, and never endless. */
import * as z from "zod";
import { AGE_BUCKETS, EXCEPTION_STATUSES, RESOLUTIONS } from "../domain/exception-states.ts";
import { EXCEPTION_KINDS } from "../domain/payment-states.ts";
import { paging } from "./requests.ts";

/** No control characters, and no half of a character pair, which would not survive being stored. */
const ONE_LINE = /^[^\p{Cc}\p{Cs}]*$/u;
const LINES = /^(?:[^\p{Cc}\p{Cs}]|\n)*$/u;

const NOTE_LETTERS = 500;
const OWNER_LETTERS = 64;

const note = () =>
  z
    .string("note is text: what you found, and where")
    .trim()
    .min(1, "note is empty")
    .max(NOTE_LETTERS, `note has at most ${NOTE_LETTERS} characters`)
    .regex(LINES, "note has no control characters but line breaks")
    .meta({ description: "What was found, and where. Phone numbers are masked before it is kept." });

export const assignment = () =>
  z
    .strictObject({
      owner: z
        .string("owner is text, or null for nobody")
        .trim()
        .min(1, "owner is empty; null is nobody")
        .max(OWNER_LETTERS, `owner has at most ${OWNER_LETTERS} characters`)
        .regex(ONE_LINE, "owner is one line without control characters")
        .nullable()
        .meta({ description: "Who looks after it: a name as your people know it. Null: nobody.", examples: ["Amina"] }),
    })
    .meta({ id: "Assignment" });

export const exceptionNote = () => z.strictObject({ note: note() }).meta({ id: "ExceptionNote" });

export const resolution = () =>
  z
    .strictObject({
      resolution: z.enum(RESOLUTIONS, `resolution is one of ${RESOLUTIONS.join(", ")}`).meta({
        description:
          "`explained`: all is as it should be, the note says why. `refunded`: the money went back. `written_off`: the loss or gain is booked as such. `duplicate`: another exception or transaction covers it. `fixed_upstream`: Safaricom, the bank or a system of yours corrected it.",
      }),
      note: note(),
    })
    .meta({ id: "Resolution" });

export const exceptionQuery = () =>
  z.strictObject({
    status: z.enum(EXCEPTION_STATUSES, `status is one of ${EXCEPTION_STATUSES.join(", ")}`).optional(),
    kind: z.enum(EXCEPTION_KINDS, `kind is one of ${EXCEPTION_KINDS.join(", ")}`).optional(),
    age: z.enum(AGE_BUCKETS, `age is one of ${AGE_BUCKETS.join(", ")}`).optional(),
    ...paging(),
  });
