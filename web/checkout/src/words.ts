/**
 * What the page has to say, in whatever language. What a failure means comes from the API in every language; these are the
 * words around it. What must stay true: nobody is told that money moved when it did not, nor that it did not when
 * nobody knows.
 */
/** Both languages say the same things. */
export interface Words {
  readonly title: string;
  readonly payTo: (merchant: string) => string;
  readonly reference: string;
  readonly phoneLabel: string;
  readonly otherPhoneLabel: string;
  readonly phoneHint: string;
  readonly willAsk: (phone: string) => string;
  readonly phoneWrong: Readonly<
    Record<"empty" | "unfinished" | "too_long" | "foreign" | "not_mobile" | "unreadable", string>
  >;
  readonly pay: (amount: string) => string;
  readonly payAgain: string;
  readonly payLater: (seconds: number) => string;
  readonly asking: string;
  readonly pinStaysOnPhone: string;
  readonly sending: string;
  readonly checkPhone: string;
  readonly steps: (amount: string) => readonly [string, string, string];
  readonly onPhone: (phone: string) => string;
  readonly timeLeft: string;
  readonly timeUp: string;
  readonly nothingCame: string;
  readonly nothingCameHelp: readonly string[];
  readonly confirming: string;
  readonly confirmingHelp: string;
  readonly paid: string;
  readonly paidLate: string;
  readonly receipt: string;
  readonly receiptLater: string;
  readonly paidAt: string;
  readonly paidWith: string;
  readonly backTo: (merchant: string) => string;
  readonly mayClose: string;
  readonly returned: string;
  readonly returnedHelp: (merchant: string) => string;
  readonly notPaid: string;
  readonly expired: string;
  readonly expiredHelp: (merchant: string) => string;
  readonly broken: string;
  readonly brokenHelp: string;
  readonly loading: string;
  readonly offline: string;
  readonly unreachable: string;
  readonly tryAtShop: (merchant: string) => string;
  readonly shopMustMend: (merchant: string) => string;
  readonly refusals: Readonly<Record<string, string>>;
  readonly refusedOtherwise: string;
  readonly untilTime: (time: string) => string;
  readonly language: string;
}
