/** What the shapes of all answers are made of. */
import * as z from "zod";

/** A moment, UTC. */
export const Time = z.iso.datetime().meta({ examples: ["2026-11-21T09:30:00.000Z"] });

/** One page of a listing. */
export const page = <S extends z.ZodType>(item: S) =>
  z.object({ object: z.literal("list"), data: z.array(item), next_cursor: z.string().nullable() });
