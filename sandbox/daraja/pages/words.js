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

const failures = {
  1: ({ amount, merchant_name }) => `Failed. Your balance does not cover ${shillings(amount)} to ${merchant_name}.`,
  1019: ({ merchant_name }) => `The request from ${merchant_name} expired. No money was taken.`,
  1032: ({ merchant_name }) => `You cancelled the request from ${merchant_name}. No money was taken.`,
  1037: ({ merchant_name }) => `You missed a payment request from ${merchant_name}. No money was taken.`,
  2001: ({ merchant_name }) => `Wrong PIN. The payment to ${merchant_name} was not made.`,
};

/** Money to the phone; everything else is money from it. */
export const isPayout = ({ kind }) => kind === "payout";

/** What a payout says to its receiver, as far as one line goes. */
export const received = ({ amount, merchant_name }) =>
  `You have received ${shillings(amount)} from ${merchant_name.toUpperCase()}`;

/** Whether the phone is told at all: nobody hears of a payout that failed. */
export const isHeard = (transaction) =>
  transaction.settled_at !== null && (!isPayout(transaction) || transaction.receipt !== null);

/** The message on the phone once it is over. */
export const message = (transaction) => {
  const { receipt, amount, merchant_name, reference, settled_at, result_code } = transaction;
  if (isPayout(transaction))
    return `${receipt} Confirmed. ${received(transaction)} on ${shortDate(settled_at)} at ${clockTime(settled_at)}.`;
  if (receipt !== null) {
    return (
      `${receipt} Confirmed. You paid ${shillings(amount)} to ${merchant_name} for account ${reference} ` +
      `on ${shortDate(settled_at)} at ${clockTime(settled_at)}.`
    );
  }
  return failures[result_code]?.(transaction) ?? `The payment to ${merchant_name} failed. No money was taken.`;
};

/** One or two words on how far it is. */
export const stateWords = (transaction) => {
  const { state, result_code } = transaction;
  if (state === "failed") return `failed · ${result_code}`;
  if (state === "paid") return isPayout(transaction) ? "received" : "paid";
  return isPayout(transaction) ? "on its way" : "waiting";
};

/** Whom it concerns: what the payer pays for, or what the receiver reads. */
export const aboutWords = (transaction) => {
  const phone = phoneNumber(transaction.msisdn);
  if (!isPayout(transaction)) return `${transaction.reference} · ${phone}`;
  const what = transaction.receipt === null ? `Payout from ${transaction.merchant_name}` : received(transaction);
  return `${phone}: ${what}`;
};

/** What became of telling the client. */
export const callbackWords = (transaction) => {
  const { settled_at, callbacks } = transaction;
  const name = isPayout(transaction) ? "result" : "callback";
  if (callbacks.length === 0) return settled_at === null ? "" : `no ${name} yet`;
  const answers = callbacks.map(({ status, error }) => status ?? (error === null ? "…" : "not delivered"));
  return `${name} ${answers.join(", ")}`;
};
