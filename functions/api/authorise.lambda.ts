import { browserUsage } from "../domain/usage.ts";
import { env } from "../runtime/env.ts";
import { clock, directory, secretsChanged, signingSecret } from "../wiring.ts";
import { overAuthoriser } from "../wiring-doors.ts";
import { authorise } from "./authorise.ts";

export const handler = overAuthoriser(
  authorise({
    directory: directory(),
    signing: signingSecret,
    secretsChanged,
    clock,
    browserUsage: browserUsage(env.stage()),
  }),
);
