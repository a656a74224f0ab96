/**
 * How numbers, times and payments are put into words. The texts are this project's own: they say what an M-PESA message
 * says, not how Safaricom words it.
 */
const nairobi = { timeZone: "Africa/Nairobi" };

export const shillings = (amount) => `KES ${amount.toLocaleString("en-KE")}`;

/** `254712345678` as it is read aloud in Kenya: `0712 345 678`. */
export const phoneNumber = (msisdn) => msisdn.replace(/^254(\d{3})(\d{3})(\d{3})$/, "0$1 $2 $3");

export const clockTime = (time) =>
  new Date(time).toLocaleTimeString("en-GB", { ...nairobi, hour: "2-digit", minute: "2-digit" });

export const longDate = (time) =>
  new Date(time).toLocaleDateString("en-GB", { ...nairobi, weekday: "long", day: "numeric", month: "long" });

const shortDate = (time) =>
  new Date(time).toLocaleDateString("en-GB", { ...nairobi, day: "numeric", month: "short", year: "numeric" });

/** What the prompt asks. */
export const question = ({ amount, merchant_name, reference }) =>
  `Do you want to pay ${shillings(amount)} to ${merchant_name} account ${reference}?`;

/** Why a payment from the menu was not made: the business did not want it. */
const rejected = ({ merchant_name, result_desc }) =>
  `Failed. ${merchant_name} did not take the payment (${result_desc}). No money was taken.`;

const failures = {
  1: ({ amount, merchant_name }) => `Failed. Your balance does not cover ${shillings(amount)} to ${merchant_name}.`,
  1019: ({ merchant_name }) => `The request from ${merchant_name} expired. No money was taken.`,
  1032: ({ merchant_name }) => `You cancelled the request from ${merchant_name}. No money was taken.`,
  1037: ({ merchant_name }) => `You missed a payment request from ${merchant_name}. No money was taken.`,
  2001: ({ merchant_name }) => `Wrong PIN. The payment to ${merchant_name} was not made.`,
};

/** Money to the phone; everything else is money from it. */
export const isToPhone = ({ kind }) => kind === "payout" || kind === "reversal";

/** What the phone reads of money that came to it, as far as one line goes. */
export const received = ({ kind, amount, merchant_name }) =>
  kind === "reversal"
    ? `${shillings(amount)} paid to ${merchant_name.toUpperCase()} was reversed to you`
    : `You have received ${shillings(amount)} from ${merchant_name.toUpperCase()}`;

/** Whether the phone is told at all: nobody hears of a payout or a reversal that failed. */
export const isHeard = (transaction) =>
  transaction.settled_at !== null && (!isToPhone(transaction) || transaction.receipt !== null);

/** The message on the phone once it is over. */
export const message = (transaction) => {
  const { receipt, amount, merchant_name, reference, settled_at, result_code } = transaction;
  if (isToPhone(transaction))
    return `${receipt} Confirmed. ${received(transaction)} on ${shortDate(settled_at)} at ${clockTime(settled_at)}.`;
  if (receipt !== null) {
    const account = reference === "" ? "" : ` for account ${reference}`;
    return (
      `${receipt} Confirmed. You paid ${shillings(amount)} to ${merchant_name}${account} ` +
      `on ${shortDate(settled_at)} at ${clockTime(settled_at)}.`
    );
  }
  if (transaction.kind === "c2b") return rejected(transaction);
  return failures[result_code]?.(transaction) ?? `The payment to ${merchant_name} failed. No money was taken.`;
};

/** One or two words on how far it is. */
export const stateWords = (transaction) => {
  const { kind, state, result_code } = transaction;
  if (state === "failed") return `failed · ${result_code}`;
  if (state === "paid") return { payout: "received", reversal: "reversed" }[kind] ?? "paid";
  if (state === "validating") return "asking";
  return isToPhone(transaction) ? "on its way" : "waiting";
};

/** Whom it concerns: what the payer pays for, or what the receiver reads. */
export const aboutWords = (transaction) => {
  const { kind, msisdn, reference, receipt, merchant_name } = transaction;
  if (msisdn === null) return `Reversal of ${transaction.original_transaction_id}`;
  const phone = phoneNumber(msisdn);
  if (!isToPhone(transaction))
    return [reference, kind === "c2b" ? "from the menu" : "", phone].filter(Boolean).join(" · ");
  const what = receipt === null ? `Payout from ${merchant_name}` : received(transaction);
  return `${phone}: ${what}`;
};

/** What became of telling the client. */
export const callbackWords = (transaction) => {
  const { kind, settled_at, callbacks } = transaction;
  const name = { payout: "result", reversal: "result", c2b: "confirmation" }[kind] ?? "callback";
  if (callbacks.length === 0) return settled_at === null || kind === "c2b" ? "" : `no ${name} yet`;
  const answers = callbacks.map(({ status, error }) => status ?? (error === null ? "…" : "not delivered"));
  return `${name} ${answers.join(", ")}`;
};
