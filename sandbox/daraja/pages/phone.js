/**
 * The phone itself: its lock screen, its messages and the prompt that asks for a PIN. It shows one line at a time and
 * reports what the person does; it decides nothing about money.
 */
import { clockTime, isHeard, longDate, message, phoneNumber, question } from "./words.js";

const PIN_LENGTH = 4;
const WRONG_PIN = "0000";
const MESSAGES_MAX = 4;

const byId = (id) => document.getElementById(id);

const messageCard = (transaction) => {
  const card = document.createElement("li");
  card.className = transaction.receipt === null ? "failed" : "paid";
  const head = document.createElement("p");
  head.className = "message-head";
  const sender = document.createElement("b");
  sender.textContent = "M-PESA";
  const time = document.createElement("time");
  time.dateTime = transaction.settled_at;
  time.textContent = clockTime(transaction.settled_at);
  head.append(sender, time);
  const text = document.createElement("p");
  text.textContent = message(transaction);
  card.append(head, text);
  return card;
};

/** Scrolls as little as it takes to see all of the prompt, the Pay button included: on a small screen it is below the fold. */
const bringIntoView = (prompt) => {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  prompt.scrollIntoView({ block: "nearest", behavior: calm ? "instant" : "smooth" });
};

/** @param onAnswer called with the ringing transaction and `pay`, `cancel`, `wrong_pin` or `ignore` */
export const createPhone = (onAnswer) => {
  const prompt = byId("prompt");
  let ringing = null;
  let focusedBefore = null;
  let pin = "";

  const drawPin = () => {
    byId("pin").setAttribute("aria-label", `${pin.length} of ${PIN_LENGTH} digits entered`);
    [...byId("pin").children].forEach((dot, index) => dot.classList.toggle("filled", index < pin.length));
    byId("pay").disabled = pin.length !== PIN_LENGTH;
  };
  const setPin = (next) => {
    pin = next.slice(0, PIN_LENGTH);
    drawPin();
  };
  const answer = (action) => {
    if (ringing === null || (action === "pay" && pin.length !== PIN_LENGTH)) return;
    const decided = action === "pay" && pin === WRONG_PIN ? "wrong_pin" : action;
    onAnswer(ringing, decided);
  };

  prompt.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button === null) return;
    if (button.dataset.digit !== undefined) setPin(pin + button.dataset.digit);
    else if (button.dataset.erase !== undefined) setPin(pin.slice(0, -1));
    else answer(button.dataset.action);
  });
  prompt.addEventListener("keydown", (event) => {
    if (/^\d$/.test(event.key)) setPin(pin + event.key);
    else if (event.key === "Backspace") setPin(pin.slice(0, -1));
    else if (event.key === "Escape") answer("cancel");
    else if (event.key === "Enter" && event.target === prompt) answer("pay");
  });

  const attend = () => {
    if (ringing === null) return;
    prompt.focus({ preventScroll: true });
    bringIntoView(prompt);
  };
  const ring = (transaction) => {
    const isNew = ringing?.checkout_request_id !== transaction.checkout_request_id;
    ringing = transaction;
    if (!isNew) return;
    if (prompt.hidden) focusedBefore = document.activeElement;
    setPin("");
    byId("prompt-text").textContent = question(transaction);
    prompt.hidden = false;
    byId("scrim").hidden = false;
    byId("device").classList.add("ringing");
    attend();
  };
  const hush = () => {
    const hadFocus = prompt.contains(document.activeElement);
    ringing = null;
    prompt.hidden = true;
    if (hadFocus) focusedBefore?.focus({ preventScroll: true });
    byId("scrim").hidden = true;
    byId("device").classList.remove("ringing");
  };

  return {
    /** Shows one line: its number, its messages (newest first) and the prompt that rings on it, if any. */
    show(msisdn, transactions) {
      byId("line").textContent = phoneNumber(msisdn);
      const heard = transactions.filter(isHeard);
      byId("messages").replaceChildren(...heard.slice(0, MESSAGES_MAX).map(messageCard));
      byId("idle").hidden = heard.length > 0;
      const waiting = transactions.findLast((transaction) => transaction.prompt === "rings");
      if (waiting === undefined) hush();
      else ring(waiting);
    },
    /** Turns to the prompt that rings on this line, if any: keyboard and view both. */
    attend,
    /** Moves the clock and the countdown. `now` is the simulator's time in milliseconds. */
    tick(now, promptSeconds) {
      byId("bar-time").textContent = clockTime(now);
      byId("clock").textContent = clockTime(now);
      byId("date").textContent = longDate(now);
      if (ringing === null) return;
      const secondsLeft = Math.max(0, (Date.parse(ringing.prompt_expires_at) - now) / 1000);
      byId("prompt-countdown").textContent = `${Math.ceil(secondsLeft)} s`;
      byId("prompt-time").value = Math.min(1, secondsLeft / promptSeconds);
    },
  };
};
