/**
 * The handset page: follows the simulator's event stream, keeps the recent transactions, and redraws what changed. The
 * simulator holds the truth; this page holds none that a reload would lose.
 */
import { createPayMenu } from "./pay-menu.js";
import { createPhone } from "./phone.js";
import { aboutWords, callbackWords, clockTime, isToPhone, phoneNumber, shillings, stateWords } from "./words.js";

/** Of each kind by itself, so that a batch of payouts hides no phone that rings. */
const KEPT_MAX = { stk_push: 50, c2b: 20, payout: 20, reversal: 20 };
const PHONES_MAX = 12;
const SPARE_PHONE = "254712345678";

const byId = (id) => document.getElementById(id);

const element = (tag, className, ...children) => {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
};

/** Newest first, by the id M-PESA gave it. */
let transactions = new Map();
let chosen = SPARE_PHONE;
let promptSeconds = 25;
let clockOffsetMs = 0;

const simulatorNow = () => Date.now() + clockOffsetMs;
const idOf = ({ checkout_request_id, transaction_id, conversation_id }) =>
  checkout_request_id ?? transaction_id ?? conversation_id;
const rings = ({ prompt }) => prompt === "rings";
const onPhone = (msisdn) => [...transactions.values()].filter((transaction) => transaction.msisdn === msisdn);

const announce = (text) => {
  byId("announcer").textContent = text;
};

const answer = async (transaction, action) => {
  const response = await fetch(`simulator/handsets/${transaction.msisdn}/answer`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ action }),
  }).catch(() => null);
  /* What the answer did comes over the event stream, in order; the response may be older than what is already shown. */
  if (response?.ok) return;
  announce(response === null ? "The simulator cannot be reached." : "That prompt is no longer open.");
};

const payMenu = createPayMenu(() => chosen);
const phone = createPhone((transaction, action) => void answer(transaction, action));

/** One button per phone, kept while the phone is listed: a button that is redrawn under a finger would lose the tap. */
let phoneButtons = new Map();

const newPhoneButton = (msisdn) => {
  const button = element("button", "phone", element("span", "phone-number", phoneNumber(msisdn)));
  button.append(" ", element("span", "phone-note"));
  button.type = "button";
  button.dataset.msisdn = msisdn;
  return button;
};

const phoneNote = (msisdn) => {
  const [latest] = onPhone(msisdn);
  if (onPhone(msisdn).some(rings)) return "ringing";
  return latest === undefined ? "spare phone" : stateWords(latest);
};

const drawPhones = () => {
  const all = [...transactions.values()];
  const payersFirst = [...all.filter((transaction) => !isToPhone(transaction)), ...all.filter(isToPhone)];
  const known = payersFirst.map(({ msisdn }) => msisdn).filter((msisdn) => msisdn !== null);
  const recent = [...new Set(known)].slice(0, PHONES_MAX);
  const numbers = [...new Set([...recent, chosen])];
  phoneButtons = new Map(numbers.map((msisdn) => [msisdn, phoneButtons.get(msisdn) ?? newPhoneButton(msisdn)]));
  for (const [msisdn, button] of phoneButtons) {
    const note = phoneNote(msisdn);
    button.classList.toggle("ringing", note === "ringing");
    button.setAttribute("aria-pressed", String(msisdn === chosen));
    button.lastChild.textContent = note;
  }
  const list = byId("phones");
  const buttons = [...phoneButtons.values()];
  if (buttons.length === list.children.length && buttons.every((button, index) => button === list.children[index]))
    return;
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  list.replaceChildren(...buttons);
  focused?.focus({ preventScroll: true });
};

const newRow = (transaction) => {
  const { amount, taken_at, state, receipt } = transaction;
  const time = element("time", "", clockTime(taken_at));
  time.dateTime = taken_at;
  return element(
    "li",
    state,
    element("span", "amount", shillings(amount)),
    element("span", "state", stateWords(transaction)),
    element("span", "about", aboutWords(transaction)),
    element("span", "proof", [receipt, callbackWords(transaction)].filter(Boolean).join(" · ")),
    time,
  );
};

/** A change comes as a new object, so a row is made once for each change and kept while nothing changes. */
const rows = new WeakMap();
const activityRow = (transaction) => {
  const row = rows.get(transaction) ?? newRow(transaction);
  rows.set(transaction, row);
  return row;
};

const draw = () => {
  drawPhones();
  byId("activity").replaceChildren(...[...transactions.values()].map(activityRow));
  byId("activity-empty").hidden = transactions.size > 0;
  phone.show(chosen, onPhone(chosen));
  payMenu.show(phoneNumber(chosen));
  phone.tick(simulatorNow(), promptSeconds);
};

/** Takes in what is new or has changed; the oldest of its kind gives way. True when it is new. */
const take = (transaction) => {
  const id = idOf(transaction);
  if (transactions.has(id)) {
    transactions.set(id, transaction);
    return false;
  }
  transactions = new Map([[id, transaction], ...transactions]);
  const ofItsKind = [...transactions.values()].filter(({ kind }) => kind === transaction.kind);
  if (ofItsKind.length > KEPT_MAX[transaction.kind]) transactions.delete(idOf(ofItsKind.at(-1)));
  return true;
};

/** A push: a phone that starts to ring comes to the front unless one rings there. */
const takePush = (transaction) => {
  if (take(transaction) && rings(transaction)) {
    announce(
      `${phoneNumber(transaction.msisdn)} rings: ${shillings(transaction.amount)} to ${transaction.merchant_name}.`,
    );
    if (!onPhone(chosen).some(rings)) chosen = transaction.msisdn;
  }
  draw();
};

/** Everything else comes many at a time, and is drawn once. */
const takeMany = (changed) => {
  for (const transaction of changed) take(transaction);
  draw();
};

const restart = ({ transactions: recent, prompt_seconds }) => {
  transactions = new Map();
  for (const transaction of recent.toReversed()) take(transaction);
  promptSeconds = prompt_seconds;
  chosen = recent.find(rings)?.msisdn ?? recent.find(({ msisdn }) => msisdn !== null)?.msisdn ?? SPARE_PHONE;
  draw();
};

const follow = () => {
  const events = new EventSource("simulator/events");
  const on = (type, take) =>
    events.addEventListener(type, ({ data }) => {
      const event = JSON.parse(data);
      clockOffsetMs = Date.parse(event.now) - Date.now();
      take(event.data);
    });
  const setLink = (state, words) => {
    byId("link").dataset.state = state;
    byId("link").textContent = words;
  };
  on("snapshot", restart);
  on("transaction", takePush);
  on("transactions", takeMany);
  events.addEventListener("open", () => setLink("live", "Live"));
  events.addEventListener("error", () => setLink("lost", "Reconnecting"));
};

const listNumbers = async (kind) => {
  const response = await fetch(`simulator/${kind}`);
  const { data } = await response.json();
  byId(kind).replaceChildren(
    ...data.map(({ msisdn, behaviour }) =>
      element("tr", "", element("td", "", element("code", "", msisdn)), element("td", "", behaviour)),
    ),
  );
};

byId("phones").addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (button === null) return;
  chosen = button.dataset.msisdn;
  draw();
  phone.attend();
});
setInterval(() => phone.tick(simulatorNow(), promptSeconds), 250);
draw();
follow();
void listNumbers("payers");
void listNumbers("receivers");
