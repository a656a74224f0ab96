/** The button of the sandbox's page: makes a payment link over the API, as a storefront's server would. */
const button = document.getElementById("link");
const made = document.getElementById("made");

/** Says something; a link when there is an address. */
const say = (text, href) => {
  if (href === undefined) {
    made.textContent = text;
    return;
  }
  const link = document.createElement("a");
  link.href = href;
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = text;
  made.replaceChildren(link);
  link.focus();
};

const makeLink = async () => {
  const response = await fetch("/v1/checkout-sessions", {
    method: "POST",
    headers: {
      authorization: "Bearer sk_test_storefront",
      "content-type": "application/json",
      "idempotency-key": crypto.randomUUID(),
    },
    body: JSON.stringify({ amount: 1500, reference: "INV-1001", description: "Sandals" }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail ?? answer.title);
  return answer.url;
};

button.addEventListener("click", () => {
  button.disabled = true;
  say("One moment ...");
  makeLink()
    .then(
      (url) => say("Open the checkout", url),
      (fault) => say(`That did not work: ${fault.message}`),
    )
    .finally(() => {
      button.disabled = false;
    });
});
