/** Valid documents of every kind that strangers send: what the mutations begin with. */

export const AMOUNT = 1_500;
export const PHONE = "254712345678";
export const CHECKOUT = "ws_CO_211120261200000001";
export const RECEIPT = "UKL1AB2CD3";
/** Of a payment that is being given back. */
export const PAID_RECEIPT = "UKL4EF5GH6";

const PUSH = { MerchantRequestID: "29115-34620561-1", CheckoutRequestID: CHECKOUT };

const stk = (rest: object): string => JSON.stringify({ Body: { stkCallback: { ...PUSH, ...rest } } });
const ITEMS = [
  { Name: "Amount", Value: AMOUNT },
  { Name: "MpesaReceiptNumber", Value: RECEIPT },
  { Name: "Balance" },
  { Name: "TransactionDate", Value: 20261121120010 },
  { Name: "PhoneNumber", Value: Number(PHONE) },
];

export const STK_CALLBACKS = [
  stk({ ResultCode: 0, ResultDesc: "done", CallbackMetadata: { Item: ITEMS } }),
  stk({ ResultCode: "0", ResultDesc: "done", CallbackMetadata: { Item: Object.fromEntries(ITEMS.entries()) } }),
  stk({ ResultCode: 1032, ResultDesc: "Request cancelled by user" }),
  stk({ ResultCode: 1, ResultDesc: "The balance is insufficient", CallbackMetadata: { Item: ITEMS } }),
] as const;

const result = (outer: object, parameters: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({
    Result: {
      ResultType: 0,
      ResultDesc: "words",
      OriginatorConversationID: "pyo_0123456789abcdfghijknpqrst",
      ConversationID: "AG_20261121_201000000000000000",
      TransactionID: RECEIPT,
      ...outer,
      ResultParameters: { ResultParameter: Object.entries(parameters).map(([Key, Value]) => ({ Key, Value })) },
      ReferenceData: { ReferenceItem: { Key: "QueueTimeoutURL", Value: "https://internal.invalid/" } },
    },
  });

const PARTY = `${PHONE} - NICHOLAS JOHN SONGOK`;
const PAID_OUT = { TransactionAmount: AMOUNT, TransactionReceipt: RECEIPT, ReceiverPartyPublicName: PARTY };
export const B2C_RESULTS = [
  result({ ResultCode: 0 }, PAID_OUT),
  result({ ResultCode: "0" }, { ...PAID_OUT, TransactionAmount: "1500.00" }),
  result({ ResultCode: 8 }, PAID_OUT),
  result({ ResultCode: 2001 }, {}),
] as const;

const STATUS = {
  ReceiptNo: RECEIPT,
  Amount: AMOUNT,
  TransactionStatus: "Completed",
  CreditPartyName: PARTY,
  DebitPartyName: "600992 - DUKA LETU",
  FinalisedTime: 20261121120010,
};
export const STATUSES = [
  result({ ResultCode: 0 }, STATUS),
  result({ ResultCode: 0 }, { ...STATUS, TransactionStatus: "Failed" }),
  result({ ResultCode: 0 }, { ...STATUS, TransactionStatus: "Pending" }),
  result({ ResultCode: 0 }, { AccountBalance: "Utility Account|KES|1500.00|1500.00|0.00|0.00" }),
] as const;

const REVERSED = {
  Amount: AMOUNT,
  TransCompletedTime: 20261121120010,
  OriginalTransactionID: PAID_RECEIPT,
  Charge: 0,
  CreditPartyPublicName: PARTY,
  DebitPartyPublicName: "600992 - DUKA LETU",
};
export const REVERSALS = [
  result({ ResultCode: "0", TransactionID: "UKL9ZY8XW7" }, REVERSED),
  result({ ResultCode: "R000002", TransactionID: "UKL0000000" }, REVERSED),
] as const;

export const RECEIPTS = [
  result(
    { ResultCode: 0 },
    {
      ...STATUS,
      DebitPartyName: PARTY,
      CreditPartyName: "600638 - DUKA LETU",
      DebitAccountType: "MMF Account For Customer",
      ReasonType: "Pay Utility",
    },
  ),
] as const;

export const BALANCES = [
  result(
    { ResultCode: 0 },
    { AccountBalance: "Utility Account|KES|1500.00|1500.00|0.00|0.00", BOCompletedTime: 20261121120010 },
  ),
  result({ ResultCode: 2001, ResultDesc: "The initiator information is invalid." }, {}),
] as const;

/** Our own request, which comes back when M-PESA did not answer Daraja in time. */
export const QUEUE_TIMEOUTS = [
  JSON.stringify({
    OriginatorConversationID: "pyo_0123456789abcdfghijknpqrst",
    InitiatorName: "testapi",
    CommandID: "BusinessPayment",
    Amount: AMOUNT,
    PartyA: "600638",
    PartyB: PHONE,
    Remarks: "OUT-1",
    Occasion: "",
  }),
] as const;

export const C2B = [
  JSON.stringify({
    TransactionType: "Pay Bill",
    TransID: RECEIPT,
    TransTime: "20261121120010",
    TransAmount: "1500.00",
    BusinessShortCode: "600638",
    BillRefNumber: "INV-1",
    InvoiceNumber: "",
    OrgAccountBalance: "161.00",
    ThirdPartyTransID: "",
    MSISDN: "2547 ***** 678",
    FirstName: "ASHA",
  }),
] as const;

/** Answers to our own calls. */
export const ACCEPTED_PUSH = JSON.stringify({
  ...PUSH,
  ResponseCode: "0",
  ResponseDescription: "Success",
  CustomerMessage: "Success",
});
export const ACCEPTED_PAYOUT = JSON.stringify({
  ConversationID: "AG_20261121_201000000000000000",
  OriginatorConversationID: "pyo_0123456789abcdfghijknpqrst",
  ResponseCode: "0",
  ResponseDescription: "Accept the service request successfully.",
});
export const QUERIES = [
  JSON.stringify({ ...PUSH, ResponseCode: "0", ResponseDescription: "ok", ResultCode: "0", ResultDesc: "done" }),
  JSON.stringify({
    ...PUSH,
    ResponseCode: "0",
    ResponseDescription: "ok",
    ResultCode: "1032",
    ResultDesc: "cancelled",
  }),
] as const;
export const PULLED = JSON.stringify({
  ResponseRefID: "26178-42530161-2",
  ResponseCode: "1000",
  ResponseMessage: "Success",
  Response: [[{ transactionId: RECEIPT, trxDate: "2026-11-21T09:00:10Z", msisdn: Number(PHONE), amount: "1500.00" }]],
});

export const STATEMENT = `Receipt No,Completion Time,Details,Transaction Status,Paid In (KSHs),Withdrawn (KSHs),Balance (KSHs)
TKM2000001,21/11/2026 16:15:18,Pay Bill from 2547****111 - ALICE WANJIRU EXAMPLE Acc. alice,Completed,"1,100.00",0.00,"72,070.00"
TKM2000002,21/11/2026 16:14:48,Pay Bill Online from 07****222 - Bob Sample Acc. bob shop,Completed,"1,900.00",0.00,"70,970.00"
TKM20WD001,21/11/2026 23:09:30,Agency Withdrawal of funds to Bank,Completed,0.00,"-72,070.00",0.00
`;
export const ROWS_FILE = `phone,amount,reference,remarks
0712345678,1500,NOV-1,November
+254 722 000 111,"2,500",NOV-2,
254110000222,10,NOV-3,"a, b"
`;
export const PHONES = ["0712345678", "+254 712-345-678", "254712345678", "tel:+254(0)712345678", "0110000222"] as const;
