// Copies what is pressed, and keeps the inbox fresh.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard?.writeText(button.dataset.copy);
  button.classList.add("copied");
  setTimeout(() => button.classList.remove("copied"), 1500);
});

const messages = document.getElementById("messages");
if (messages) {
  setInterval(async () => {
    if (document.hidden || messages.contains(document.activeElement)) return;
    const response = await fetch("/");
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById("messages");
    if (fresh && fresh.innerHTML !== messages.innerHTML) messages.innerHTML = fresh.innerHTML;
  }, 2000);
}

// A sign-in that goes on at the phone: this screen follows.
const waiting = document.querySelector("[data-ticket]");
if (waiting) {
  setInterval(async () => {
    const response = await fetch(`/alipay/tickets/${waiting.dataset.ticket}`);
    const { location: onward } = response.ok ? await response.json() : {};
    if (onward) location.assign(onward);
  }, 1000);
}
