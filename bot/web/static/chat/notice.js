// The notice of the staff, kept up to date while the chat stays open.

const LOOK_MS = 60000;

const place = document.querySelector("[data-notice]");

async function look() {
  if (document.hidden) return;
  try {
    const response = await fetch("/v1/notice", { credentials: "omit", cache: "no-store" });
    if (!response.ok) return;
    const { text, kind } = await response.json();
    if (place.textContent !== text) place.textContent = text;
    place.className = `site-notice ${kind}`;
    place.hidden = !text;
  } catch {
    // the one that is shown stays
  }
}

setInterval(look, LOOK_MS);
document.addEventListener("visibilitychange", look);
