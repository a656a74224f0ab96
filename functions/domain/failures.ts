/**
 * Why a payment failed, for the storefront and for the payer. One catalogue: what an engineer reads, whether another
 * attempt makes sense, whose fault it was, and what the payer is told in English and Swahili.
 * What must stay true: a payer is never told that money left when it did not, nor that all is well when nobody knows.
 */
export const FAILURE_CODES = [
  "insufficient_funds",
  "cancelled_by_customer",
  "customer_unreachable",
  "wrong_pin",
  "prompt_expired",
  "customer_busy",
  "duplicate_request",
  "limit_exceeded",
  "account_inactive",
  "pin_locked",
  "merchant_misconfigured",
  "rate_limited",
  "daraja_unavailable",
  "unclassified",
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

/**
 * Whether a new attempt (a new payment under a new key) makes sense: `yes` at once; `later` after the wait that the
 * message names; `customer_decides` when the payer has to change something or say so; `no` until somebody repairs it.
 */
export type NewAttempt = "yes" | "no" | "customer_decides" | "later";

/** Who has to act, if anybody. */
export type Fault = "customer" | "merchant" | "network" | "safaricom" | "malipo";

export interface FailureText {
  /** For the storefront's engineer: what happened and what to do. */
  readonly message: string;
  readonly newAttempt: NewAttempt;
  readonly fault: Fault;
  /** For the payer, ready to show. */
  readonly customerMessage: { readonly en: string; readonly sw: string };
}

/** Every failure's texts. The meanings follow Safaricom's published result codes. */
export const FAILURES: Readonly<Record<FailureCode, FailureText>> = {
  insufficient_funds: {
    message:
      "The payer's M-PESA balance does not cover the amount. No money moved. Offer another attempt after a top-up.",
    newAttempt: "customer_decides",
    fault: "customer",
    customerMessage: {
      en: "Your M-PESA balance is not enough for this payment. Nothing was taken. Top up and try again.",
      sw: "Salio lako la M-PESA halitoshi kwa malipo haya. Hakuna pesa iliyokatwa. Ongeza salio kisha ujaribu tena.",
    },
  },
  cancelled_by_customer: {
    message:
      "The payer cancelled the prompt, or it closed on the handset unanswered (M-PESA reports both alike). No money moved. Offer another attempt only if the payer asks for it.",
    newAttempt: "customer_decides",
    fault: "customer",
    customerMessage: {
      en: "The payment was cancelled on your phone. Nothing was taken. If you still want to pay, start again and enter your M-PESA PIN when your phone asks for it.",
      sw: "Malipo yameghairiwa kwenye simu yako. Hakuna pesa iliyokatwa. Ukitaka kulipa, anza tena kisha uweke PIN yako ya M-PESA simu ikikuuliza.",
    },
  },
  customer_unreachable: {
    message:
      "M-PESA could not reach the payer's phone or got no answer: it is off, has no network, is in another session, or its SIM is too old. Offer another attempt. If the payer answers late after all, this payment turns into `succeeded`.",
    newAttempt: "yes",
    fault: "network",
    customerMessage: {
      en: "We could not reach your phone. Check that it is on and has network, close any open M-PESA menu, then try again. If M-PESA has already sent you a confirmation message, please do not pay again.",
      sw: "Hatukuweza kuifikia simu yako. Hakikisha imewashwa na ina mtandao, funga menyu yoyote ya M-PESA iliyo wazi, kisha ujaribu tena. Kama umeshapokea ujumbe wa M-PESA wa kuthibitisha malipo, tafadhali usilipe tena.",
    },
  },
  wrong_pin: {
    message:
      "The payer entered a wrong M-PESA PIN. No money moved. Offer another attempt; repeated mistakes lock the PIN.",
    newAttempt: "yes",
    fault: "customer",
    customerMessage: {
      en: "The M-PESA PIN was not correct. Nothing was taken. Please try again and enter your PIN carefully.",
      sw: "PIN ya M-PESA haikuwa sahihi. Hakuna pesa iliyokatwa. Tafadhali jaribu tena na uweke PIN yako kwa makini.",
    },
  },
  prompt_expired: {
    message: "The prompt reached the phone but was not answered in time. No money moved. Offer another attempt.",
    newAttempt: "yes",
    fault: "customer",
    customerMessage: {
      en: "The payment request on your phone timed out. Nothing was taken. Keep your phone close and try again.",
      sw: "Muda wa ombi la malipo kwenye simu yako umeisha. Hakuna pesa iliyokatwa. Kaa karibu na simu yako kisha ujaribu tena.",
    },
  },
  customer_busy: {
    message:
      "Another M-PESA session is open on the payer's line, so M-PESA did not take this one. No money moved. Wait at least one minute before another attempt.",
    newAttempt: "later",
    fault: "customer",
    customerMessage: {
      en: "Your line is busy with another M-PESA transaction. Nothing was taken for this one. Finish or close the other one, wait a minute, then try again.",
      sw: "Laini yako ina shughuli nyingine ya M-PESA inayoendelea. Hakuna pesa iliyokatwa kwa malipo haya. Maliza au funga hiyo nyingine, subiri dakika moja, kisha ujaribu tena.",
    },
  },
  duplicate_request: {
    message:
      "M-PESA refused this as a repeat: the same amount from the same payer within two minutes. No money moved for this payment. Find out how the earlier one ended before asking again.",
    newAttempt: "later",
    fault: "merchant",
    customerMessage: {
      en: "M-PESA has just had the same payment from you, so this one was not taken. Check your M-PESA messages first. If the earlier one did not go through, wait two minutes and try again.",
      sw: "M-PESA imepokea ombi kama hili kutoka kwako hivi punde, kwa hivyo hili halikukatwa. Angalia kwanza ujumbe wako wa M-PESA. Kama la kwanza halikufaulu, subiri dakika mbili kisha ujaribu tena.",
    },
  },
  limit_exceeded: {
    message:
      "The amount breaks an M-PESA limit: per transaction, per day, or the most that an account may hold. No money moved. A different amount, or another day, may go through.",
    newAttempt: "customer_decides",
    fault: "customer",
    customerMessage: {
      en: "This amount is outside your M-PESA limits. Nothing was taken. Try a different amount, or try again tomorrow.",
      sw: "Kiasi hiki hakiruhusiwi na viwango vyako vya M-PESA. Hakuna pesa iliyokatwa. Jaribu kiasi tofauti, au ujaribu tena kesho.",
    },
  },
  account_inactive: {
    message:
      "The payer's M-PESA account can't pay: inactive, suspended or barred. No money moved. Another phone may pay.",
    newAttempt: "no",
    fault: "customer",
    customerMessage: {
      en: "This M-PESA account cannot make payments at the moment. Nothing was taken. Call Safaricom on 100 for help, or pay with another number.",
      sw: "Akaunti hii ya M-PESA haiwezi kulipa kwa sasa. Hakuna pesa iliyokatwa. Piga simu 100 upate usaidizi wa Safaricom, au lipa kwa nambari nyingine.",
    },
  },
  pin_locked: {
    message: "The payer's M-PESA PIN is locked. No money moved. Only Safaricom can unlock it; another phone may pay.",
    newAttempt: "no",
    fault: "customer",
    customerMessage: {
      en: "Your M-PESA PIN is locked. Nothing was taken. Call Safaricom on 100 to unlock it, or pay with another number.",
      sw: "PIN yako ya M-PESA imefungwa. Hakuna pesa iliyokatwa. Piga simu 100 ili Safaricom waifungue, au lipa kwa nambari nyingine.",
    },
  },
  merchant_misconfigured: {
    message:
      "M-PESA refused the shortcode's set-up: credentials, passkey, transaction type, till or product. No money moved, and every payment will fail alike until it is put right; `daraja` holds M-PESA's own words.",
    newAttempt: "no",
    fault: "merchant",
    customerMessage: {
      en: "The shop cannot take M-PESA payments at the moment, and it is not your fault. Nothing was taken. Please let the shop know.",
      sw: "Duka hili haliwezi kupokea malipo ya M-PESA kwa sasa, na si kosa lako. Hakuna pesa iliyokatwa. Tafadhali wajulishe wenye duka.",
    },
  },
  rate_limited: {
    message:
      "Daraja takes no more requests for now and did not take this one. No money moved. Wait a minute before another attempt; if this keeps happening, lower the lane's rate or ask Safaricom for a higher one.",
    newAttempt: "later",
    fault: "malipo",
    customerMessage: {
      en: "Many people are paying right now and your payment could not start. Nothing was taken. Please try again in a minute.",
      sw: "Watu wengi wanalipa kwa sasa na malipo yako hayakuweza kuanza. Hakuna pesa iliyokatwa. Tafadhali jaribu tena baada ya dakika moja.",
    },
  },
  daraja_unavailable: {
    message:
      "Daraja could not be reached, and it is certain that it did not take this payment. No money moved. Try again in a few minutes.",
    newAttempt: "later",
    fault: "safaricom",
    customerMessage: {
      en: "M-PESA is not available at the moment. Nothing was taken. Please try again in a few minutes.",
      sw: "Huduma ya M-PESA haipatikani kwa sasa. Hakuna pesa iliyokatwa. Tafadhali jaribu tena baada ya dakika chache.",
    },
  },
  unclassified: {
    message:
      "M-PESA reported a failure with a code that Malipo does not know; `daraja` holds its words. Treat it as failed, but check with the payer before another attempt. An exception was opened for a person to look at.",
    newAttempt: "customer_decides",
    fault: "safaricom",
    customerMessage: {
      en: "M-PESA reported that this payment did not go through. Check your M-PESA messages. If there is no confirmation, you can try again.",
      sw: "M-PESA imesema kwamba malipo haya hayakufaulu. Angalia ujumbe wako wa M-PESA. Kama hakuna ujumbe wa kuthibitisha, unaweza kujaribu tena.",
    },
  },
};
