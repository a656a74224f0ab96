/** A secret that rotates: the value in force and, while both are honoured, the one before it. */
import * as z from "zod";

export const Rotating = z.object({ current: z.string().min(16), previous: z.string().min(16).optional() });
export type Rotating = z.infer<typeof Rotating>;
