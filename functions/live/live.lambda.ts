import { clock, payments } from "../wiring.ts";
import { checkouts } from "../wiring-checkout.ts";
import { overSocket, say, sockets, subjectOf } from "../wiring-live.ts";
import { answerSocket } from "./answer.ts";

export const handler = overSocket(
  answerSocket({ sockets: sockets(), ledger: payments(), checkouts: checkouts(), subjectOf, say, clock }),
);
