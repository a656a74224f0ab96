/** The portal's older statement of a day whose payments are known, with a charge for each: it adds up to the cent. */
export interface PaidThen {
  readonly id: string;
  readonly receipt: string;
  /** Whole shillings. */
  readonly amount: number;
  readonly phone: string;
  readonly reference: string;
  /** Epoch milliseconds, a whole second. */
  readonly at: number;
}

const CHARGE = 15;
const OPENING = 1_000;
const NAIROBI_MS = 3 * 3_600_000;

const two = (value: number): string => String(value).padStart(2, "0");

/** `20-11-2026 12:00:00` in Nairobi. */
const portalTime = (at: number): string => {
  const local = new Date(at + NAIROBI_MS);
  const day = [two(local.getUTCDate()), two(local.getUTCMonth() + 1), local.getUTCFullYear()].join("-");
  return `${day} ${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())}`;
};

const HEADER = [
  ...["Receipt No.", "Completion Time", "Initiation Time", "Details", "Transaction Status", "Paid In", "Withdrawn"],
  ...[
    "Balance",
    "Balance Confirmed",
    "Reason Type",
    "Other Party Info",
    "Linked Transaction ID",
    "A/C No.",
    "Currency",
  ],
];

const rowsOf = ({ receipt, amount, phone, reference, at }: PaidThen, before: number): string[][] => {
  const time = portalTime(at);
  const party = `${phone.slice(0, 5)}****${phone.slice(-3)} - AMINA **** EXAMPLE`;
  const details = `Pay Bill Online from ${party} Acc. ${reference}`;
  const paid = [receipt, time, time, details, "Completed", `${amount}.0`, "", `${before + amount}.0`, "true"];
  const charge = [receipt, time, time, "Pay Bill Charge", "Completed", "", `-${CHARGE}.0`];
  return [
    [...charge, `${before + amount - CHARGE}.0`, "true", "Pay Bill Charge", "SP", "", "", "KES"],
    [...paid, "Pay Bill Online", party, "", reference, "KES"],
  ];
};

/** The file, newest first, as the portal writes it. */
export const dayStatement = (payments: readonly PaidThen[], day: string): string => {
  const rows: string[][] = [];
  let balance = OPENING;
  for (const payment of payments.toSorted((a, b) => a.at - b.at)) {
    rows.unshift(...rowsOf(payment, balance));
    balance += payment.amount - CHARGE;
  }
  const date = day.split("-").toReversed().join("-");
  const received = payments.reduce((sum, { amount }) => sum + amount, 0);
  const preamble = [
    ["Account Holder:", "Malipo Demo Shop"],
    ["Short Code:", "174379"],
    ["Account:", "Utility Account"],
    ["Time Period:", "From", `${date} 00:00:00`, "To", `${date} 23:59:59`],
    ["Operator:", "Bench", "Organization:", "Malipo Demo Shop", "Date of Report:", `${date} 23:59:59`],
    [
      ...["Opening Balance:", `${OPENING}.0`, "Closing Balance:", `${balance}.0`, "Available Balance:", ""],
      ...["Total Paid In:", `${received}.0`, "Total Withdrawn:", `-${payments.length * CHARGE}.0`],
    ],
  ];
  return [...preamble, HEADER, ...rows].map((cells) => `${cells.join(",")}\r\n`).join("");
};
