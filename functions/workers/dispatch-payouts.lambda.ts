import { PayoutMessage } from "../payouts/messages.ts";
import { env } from "../runtime/env.ts";
import { clock, log, random } from "../wiring.ts";
import { gate, giveBack, initiator, payouts, prove, record, send, trip } from "../wiring-payouts.ts";
import { overQueue } from "../wiring-doors.ts";
import { dispatchPayouts } from "./dispatch-payouts.ts";

export const handler = overQueue(env.payoutQueue)(
  PayoutMessage,
  dispatchPayouts({
    ledger: payouts(),
    send: send(),
    record: record(),
    trip: trip(),
    handBack: giveBack(),
    prove: prove(),
    gate,
    initiator,
    clock,
    log,
    random,
  }),
);
