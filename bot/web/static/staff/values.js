// One masked value at a time, for the agent who holds the ticket, with a reason. It is shown, never kept.

const REFUSED = {
  403: "Only the agent who holds the ticket may see it.",
  404: "This value is no longer kept.",
  409: "This value was changed since it was kept and can't be shown.",
  429: "That were many values in a minute. Please wait a little.",
};

/** Has the server restore what a form asks for. */
export async function restore(form, post) {
  const [masked, why] = ["#masked", "#masked-why"].map((each) => form.querySelector(each));
  const shown = form.querySelector("[data-restored]");
  const path = `/v1/handoffs/${encodeURIComponent(form.dataset.restore)}/values`;
  const response = await post(path, { placeholder: masked.value, reason: why.value }).catch(() => null);
  if (response?.ok) {
    const { placeholder, value } = await response.json();
    shown.textContent = `${placeholder} ${value}`;
  } else {
    shown.textContent = REFUSED[response?.status] ?? "The value can't be shown now. Please try again.";
  }
  shown.focus();
}
