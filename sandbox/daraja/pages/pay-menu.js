/**
 * Paying a business from the phone's menu: reads the form, sends it, and says what the simulator made of it. What becomes
 * of the payment comes as a message to the phone.
 */
const byId = (id) => document.getElementById(id);

const FIELD_WORDS = {
  shortcode: ["Business number", "5 to 7 digits"],
  reference: ["Account number", "what the business asks for, at most 20 characters"],
  amount: ["Amount", "KES 1 to 250,000"],
  pin: ["PIN", "four digits"],
};

const orderIn = (form, msisdn) => {
  const typed = Object.fromEntries(new FormData(form));
  return { ...typed, shortcode: typed.shortcode.trim(), amount: Number(typed.amount.replaceAll(",", "")), msisdn };
};

/** The form's field that a problem is about; the simulator names none where the whole payment is wrong. */
const fieldIn = ({ status, errors, detail }) => {
  if (status === 403) return "pin";
  if (status === 404) return "shortcode";
  return (errors?.[0]?.pointer ?? /^\/\w+/.exec(detail)?.[0])?.slice(1);
};

const complaint = (problem) => {
  if (problem.status === 403) return "Wrong PIN. Nothing was paid.";
  if (problem.status === 404) return "No business has that number. Nothing was paid.";
  const [label, expected] = FIELD_WORDS[fieldIn(problem)] ?? ["Payment", "something else"];
  return `${label}: ${expected}. Nothing was paid.`;
};

const send = async (order) => {
  try {
    const response = await fetch("simulator/c2b", { method: "POST", body: JSON.stringify(order) });
    return response.ok ? null : await response.json();
  } catch {
    return { status: 0, unreachable: true };
  }
};

/** @param phone gives the number that pays */
export const createPayMenu = (phone) => {
  const form = byId("pay-menu");
  const outcome = byId("pay-menu-outcome");
  const button = form.querySelector("button");

  const say = (text, isBad) => {
    outcome.textContent = text;
    outcome.classList.toggle("bad", isBad);
  };
  const mark = (name) => {
    for (const input of form.querySelectorAll("input")) input.removeAttribute("aria-invalid");
    const wrong = name === undefined ? null : form.elements.namedItem(name);
    wrong?.setAttribute("aria-invalid", "true");
    wrong?.focus();
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    const problem = await send(orderIn(form, phone()));
    button.disabled = false;
    form.elements.namedItem("pin").value = "";
    mark(problem === null ? undefined : fieldIn(problem));
    if (problem === null) say("Sent. M-PESA's message comes to the phone.", false);
    else say(problem.unreachable ? "The simulator cannot be reached." : complaint(problem), true);
  });

  return {
    /** Names the number that pays. */
    show(number) {
      byId("pay-menu-phone").textContent = number;
    },
  };
};
