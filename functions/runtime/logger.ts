/**
 * The log. Every line has a code, which is its contract with alarms and searches, and a sentence. Masking sits under
 * the logger, so no caller can forget it; events, headers and bodies are never logged at all.
 */
import { Logger, LogFormatter, LogItem } from "@aws-lambda-powertools/logger";
import type { LogAttributes, UnformattedAttributes } from "@aws-lambda-powertools/logger/types";
import type { Context } from "aws-lambda";
import { maskDeep } from "../domain/deep-masking.ts";

/** Every message there is. */
export const MESSAGES = {
  "request.fault": "A fault nobody expected ended the request.",
  "request.refused": "A request was refused.",
  "secret.not_configured": "A secret has not been filled in by an operator.",
  "password.ageing": "The API operator's password ends soon, or nobody knows when.",
  "rotation.stepped": "A step of a secret's rotation was done.",
  "rotation.not_pending": "A step of a rotation was asked for that is over; nothing was done.",
  "replay.cache_down": "The replay cache is unreachable; the ledger alone kept the request from running twice.",
  "payment.started": "A payment was started.",
  "submit.unknown": "The answer to a submit was lost or unreadable; evidence will settle it.",
  "submit.not_recorded": "A submit was answered, but the ledger did not take the answer; a callback or the sweep will.",
  "callback.applied": "A callback was applied.",
  "callback.unchanged": "A callback changed nothing and was kept.",
  "callback.refused": "A request to a callback address did not carry its token.",
  "callback.too_large": "A request to a callback address was larger than any callback.",
  "callback.unverified": "A callback came from an address that is not Safaricom's; it was kept, and Daraja is asked.",
  "callback.unreadable": "A callback could not be understood; it was kept, and Daraja is asked.",
  "callback.unknown_transaction": "A callback with a good token names nothing on the ledger; it was kept.",
  "callback.not_stored": "A callback could not be stored and was answered 503.",
  "payment.told": "M-PESA told of a payment by its receipt, and the ledger has it.",
  "payment.routed": "Somebody said whose a payment from the phone's menu is.",
  "c2b.unverified": "A confirmation was kept and not believed: of an address or for a shortcode that is not known.",
  "c2b.unreadable": "A confirmation could not be understood; it was kept for a person to read.",
  "c2b.answered": "A customer's payment was accepted or turned away before it was made.",
  "c2b.unsure": "A validation could not be looked up in time; it got the answer that is written down for that.",
  "exception.opened": "An exception was opened for a person to look at.",
  "exception.worked": "Somebody worked on an exception.",
  "exception.not_told": "What M-PESA answered could not be added to the exception; the answer itself is kept.",
  "query.no_answer": "Daraja was asked about a payment and did not tell.",
  "sweep.refunds_done": "A sweep of the refunds ended.",
  "sweep.done": "A sweep ended.",
  "sweep.item_failed": "A sweep could not deal with one transaction; it stays due.",
  "message.not_sent": "A message did not get into its queue; the clock does what it asked for.",
  "message.unreadable": "A message in a queue could not be understood; it becomes a dead letter.",
  "message.failed": "Messages could not be dealt with and come again.",
  "refund.opened": "A refund was put on the ledger, and its amount reserved on the payment.",
  "refund.answered": "A refund was sent, and Daraja answered.",
  "refund.unknown": "The answer to a refund was lost or unreadable; it is looked into, never sent again.",
  "refund.not_recorded": "A refund was answered, but the ledger did not take the answer; a result or the sweep will.",
  "refund.not_sent": "A refund stays where it is for now: nothing of it was sent.",
  "refund.item_failed": "A refund could not be sent just now; the sweep sends it, or finds what became of it.",
  "payout.opened": "A payout was put on the ledger, to be sent.",
  "payout.not_remembered": "A payout was not remembered; a batch that repeats it within seven days does not notice.",
  "payout.answered": "A payout was sent, and Daraja answered.",
  "payout.unknown": "The answer to a payout was lost or unreadable; it is asked about, never sent under another name.",
  "payout.not_recorded": "A payout was answered, but the ledger did not take the answer; a result or the sweep will.",
  "payout.not_sent": "A payout stays where it is for now: nothing of it was sent.",
  "payout.item_failed": "A dispatcher could not deal with one payout; its message comes again.",
  "status.not_asked": "A payout's outcome could not be asked for now.",
  "balance.asked": "M-PESA was asked what the accounts hold.",
  "balance.not_asked": "M-PESA could not be asked what the accounts hold.",
  "balance.told": "M-PESA said what the accounts hold.",
  "balance.not_told": "M-PESA answered a balance question without saying what the accounts hold.",
  "balance.low": "The utility account holds less than the stage's low-water mark.",
  "lane.halted":
    "M-PESA complained about something that every payout would meet: nothing leaves until a person resumes.",
  "lane.halted_by_person": "A person halted the payout lane: nothing leaves until a person resumes it.",
  "lane.not_halted": "The payout lane could not be halted; the next payout that fails the same way halts it.",
  "lane.old_news": "A payout of before the last resume failed for what has been mended since; nothing was halted.",
  "lane.proven": "M-PESA accepted the API operator's credential: payouts may leave with it.",
  "lane.lifted": "A person lifted the halt of the payout lane.",
  "batch.opened": "A payout batch was made; nothing of it is paid before its approval.",
  "batch.changed": "Something happened to a payout batch.",
  "batch.not_paused": "A batch could not be paused; it pauses itself when it is next tended.",
  "batch.item_failed": "A look at a batch failed; its message comes again, and so does the clock.",
  "batch.fed": "Rows of a batch were handed to the dispatchers.",
  "batch.rows_changed": "The kept rows of a batch are not those that were approved; it was paused and pays nothing.",
  "batch.refused": "An uploaded file of payouts was refused as a whole.",
  "batch.frozen": "The rows of a batch were checked and frozen.",
  "freeze.turn_kept": "The turn to freeze rows could not be given up; it ends by itself within minutes.",
  "days.begun": "Days that are over were handed to whoever closes them.",
  "day.closed": "A day was closed, or evidence that came later was added to it.",
  "day.unchanged": "A closed day was looked at again, and nothing about it has changed.",
  "day.not_closed": "A day could not be closed; its message comes again.",
  "day.refused": "A day was to be closed that is not ours or not over.",
  "statement.awaited": "An address to upload a statement to was handed out.",
  "statement.imported": "A statement was imported; its days are looked at again.",
  "statement.refused": "An uploaded statement was refused as a whole.",
  "statement.upload_ignored": "A file was uploaded that no statement waits for.",
  "upload.ignored": "A file was uploaded that no batch waits for.",
  "pull.done": "A pull of M-PESA's payments ended.",
  "pull.failed": "M-PESA's payments could not be pulled; the next run asks for the whole span again.",
  "pull.says_nothing":
    "M-PESA shows no payment in a span in which the ledger knows of one; the span stays to be pulled.",
  "pull.gap": "A span lies further back than M-PESA lets payments be pulled; only a statement can tell of it.",
  "pull.row_not_kept": "A pulled payment could not be put on the ledger; its span stays to be pulled.",
  "archive.written": "What the ledger took in was written to the archive.",
  "archive.ledger_rewritten": "Something on the ledger was rewritten or taken away, which Malipo never does.",
  "archive.root_written": "The root of a day was written to the archive.",
  "live.fault": "A fault nobody expected ended what was asked on a socket.",
  "live.not_pushed": "A change was not pushed to a socket; whoever watches there learns of it by asking.",
  "notify.unreadable": "Something on the ledger could not be read, so nobody was told what happened to it.",
  "webhook.attempted": "A webhook was sent, or could not be.",
  "webhook.item_failed": "A webhook could not be dealt with; it comes again.",
  "webhook.put_back": "Webhooks that were due were put back on their queue.",
  "webhook.endpoint_changed": "An owner made, changed or deleted a webhook endpoint.",
  "webhook.endpoint_disabled": "A webhook endpoint was disabled: it wants nothing any more, or nothing gets through.",
  "token.fetched": "A new Daraja token was fetched.",
  "token.shared_unreachable": "The shared token could not be reached; this process fetched one alone.",
  "pacing.slowed": "Daraja throttled a lane; its pace was reduced.",
  "pacing.shared_unreachable": "The shared slots could not be reached; this process paced itself alone.",
  "daraja.called": "Daraja was called.",
  "daraja.not_sent": "A call to Daraja was not sent.",
  "daraja.unlisted_code": "Daraja used a code that no table lists; somebody has to classify it.",
} as const satisfies Record<string, string>;
export type MessageCode = keyof typeof MESSAGES;
export type LogFacts = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** What the rest of the code sees of the log. */
export interface Log {
  /** For a stage whose level says DEBUG: too much to pay for on every request. */
  readonly debug: (code: MessageCode, facts?: LogFacts) => void;
  readonly info: (code: MessageCode, facts?: LogFacts) => void;
  readonly warn: (code: MessageCode, facts?: LogFacts) => void;
  readonly error: (code: MessageCode, facts?: LogFacts, fault?: unknown) => void;
}

class MaskingFormatter extends LogFormatter {
  override formatAttributes(attributes: UnformattedAttributes, extra: LogAttributes): LogItem {
    const line = maskDeep({
      level: attributes.logLevel,
      message: attributes.message,
      timestamp: this.formatTimestamp(attributes.timestamp),
      service: attributes.serviceName,
      function: attributes.lambdaContext?.functionName,
      request_id: attributes.lambdaContext?.awsRequestId,
      cold_start: attributes.lambdaContext?.coldStart,
      ...extra,
    });
    return new LogItem({ attributes: typeof line === "object" && line !== null ? { ...line } : {} });
  }
}

/** A fault as the log may tell it: its name, its message (masked below) and where it came from, never its payload. */
const tell = (fault: unknown): LogFacts =>
  fault instanceof Error
    ? { fault: fault.name, fault_message: fault.message.slice(0, 500), fault_at: fault.stack?.split("\n")[1]?.trim() }
    : { fault: typeof fault };

const powertools = new Logger({ logFormatter: new MaskingFormatter() });

export const log: Log = {
  debug: (code, facts = {}) => powertools.debug(MESSAGES[code], { code, ...facts }),
  info: (code, facts = {}) => powertools.info(MESSAGES[code], { code, ...facts }),
  warn: (code, facts = {}) => powertools.warn(MESSAGES[code], { code, ...facts }),
  error: (code, facts = {}, fault) =>
    powertools.error(MESSAGES[code], { code, ...facts, ...(fault === undefined ? {} : tell(fault)) }),
};

/** Starts an invocation's lines: the context, and ids that tie them to the storefront's request. */
export const beginLog = (context: Context, ids: LogFacts): void => {
  powertools.addContext(context);
  powertools.resetKeys();
  powertools.appendKeys({ ...ids });
};
