/** What lies outside of every process in a world of days. */
import type { Files } from "../../../functions/runtime/files.ts";
import type { LargeFiles } from "../../../functions/runtime/large-files.ts";
import type { Outside as PaymentsOutside } from "../payments/gateway.ts";
import type { Planted } from "./planted.ts";

export const DAY_QUEUE = "https://sqs.world/days";

/** Everything outside of the processes. */
export interface Outside extends PaymentsOutside {
  readonly sqs: (command: unknown) => Promise<object>;
  readonly files: Files;
  readonly large: LargeFiles;
  readonly bugs: Planted;
}
