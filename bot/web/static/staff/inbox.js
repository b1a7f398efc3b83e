// The agents' inbox: actions, keys, and news by reading the page again every few seconds.

import { renderMarkdown } from "../chat/markdown.js";

const POLL_MS = 5000;
const POLL_HIDDEN_MS = 20000;
const token = document.querySelector("meta[name=csrf-token]")?.content ?? "";
const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
let sending = false;

decorate(document);
document.addEventListener("click", clicked);
document.addEventListener("submit", submitted);
document.addEventListener("keydown", pressed);
toEnd();
if (document.querySelector("[data-live]")) setTimeout(look, POLL_MS);

async function clicked(event) {
  const target = event.target.closest?.("[data-act], [data-sign-out]");
  if (!target) return;
  if (target.hasAttribute("data-sign-out")) {
    await post("/staff/sign-out").catch(() => {});
    location.assign("/staff");
    return;
  }
  await act(target.dataset.act);
}

async function submitted(event) {
  if (!event.target.hasAttribute("data-reply")) return;
  event.preventDefault();
  const field = event.target.querySelector("textarea");
  const text = field.value.trim();
  if (!text || sending) return;
  field.dataset.clientId ??= crypto.randomUUID?.() ?? String(Math.random()).slice(2);
  if (await act("reply", { text, client_id: field.dataset.clientId })) document.querySelector("#reply")?.focus();
}

/** One change to the open ticket; says what went wrong and keeps what was typed. */
async function act(name, body = {}) {
  const id = document.querySelector("[data-ticket-id]")?.dataset.ticketId;
  if (!id || sending) return false;
  sending = true;
  say("");
  try {
    const response = await post(`/v1/handoffs/${encodeURIComponent(id)}/${name}`, body);
    if (!response.ok) {
      const problem = await response.json().catch(() => ({}));
      if (response.status === 409) await refresh();
      say(response.status === 409 ? "A colleague was faster, or it is finished. The page shows how it stands now." : problem.detail ?? "That didn't work. Please try again.");
      return false;
    }
    if (name === "reply") document.querySelector("#reply").value = "";
    await refresh(true);
    toEnd(); // a form that opened below took room from the conversation
    return true;
  } catch {
    say("We couldn't reach the server. Nothing was changed; please try again.");
    return false;
  } finally {
    sending = false;
  }
}

function post(path, body) {
  return fetch(path, {
    method: "POST", credentials: "same-origin",
    headers: { "X-CSRF-Token": token, ...(body ? { "Content-Type": "application/json" } : {}) },
    body: body && Object.keys(body).length ? JSON.stringify(body) : body ? "{}" : undefined,
  });
}

async function look() {
  if (!sending) await refresh().catch(() => {});
  setTimeout(look, document.hidden ? POLL_HIDDEN_MS : POLL_MS);
}

/** Takes over what changed; a reply being typed stays. */
async function refresh(force = false) {
  const response = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
  if (!response.ok) {
    if (response.status === 401) location.reload();
    return;
  }
  const news = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const fresh of news.querySelectorAll("[data-live]")) {
    const old = document.querySelector(`[data-live="${fresh.dataset.live}"]`);
    if (!old) continue;
    decorate(fresh);
    if (fresh.dataset.live === "log") {
      append(old, fresh);
    } else if (old.dataset.seen !== fresh.innerHTML && (force || !typing(old))) {
      const focused = old.contains(document.activeElement) ? document.activeElement.dataset?.ticket : undefined;
      fresh.dataset.seen = fresh.innerHTML;
      old.replaceWith(document.adoptNode(fresh));
      if (focused) document.querySelector(`[data-ticket="${CSS.escape(focused)}"]`)?.focus();
    }
  }
}

function append(log, fresh) {
  const known = new Set([...log.children].map((node) => node.dataset.turn));
  const added = [...fresh.children].filter((node) => !known.has(node.dataset.turn));
  for (const node of added) log.append(document.adoptNode(node));
  if (added.length) toEnd();
}

function typing(part) {
  return Boolean(part.querySelector("textarea")?.value.trim()) || part.querySelector("textarea") === document.activeElement && document.activeElement !== null;
}

function decorate(root) {
  for (const node of root.querySelectorAll("[data-markdown]")) {
    const text = node.textContent;
    node.removeAttribute("data-markdown");
    node.replaceChildren(renderMarkdown(text));
  }
  for (const node of root.querySelectorAll("time[datetime]")) {
    const at = new Date(node.dateTime);
    node.title = at.toLocaleString();
    node.textContent = TIME.format(at);
  }
}

function toEnd() {
  const log = document.querySelector(".talk-log");
  if (log) log.scrollTop = log.scrollHeight;
}

function say(text) {
  const status = document.querySelector("[data-act-status]");
  if (status) status.textContent = text;
}

function pressed(event) {
  const inField = event.target.closest?.("input, textarea, select");
  if (inField) {
    if (event.key === "Escape") inField.blur();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) inField.form?.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
  else if (event.key === "c") document.querySelector("[data-act=claim]")?.click();
  else if (event.key === "r") focusOn("#reply", event);
  else if (event.key === "/") focusOn("[data-find]", event);
}

function focusOn(selector, event) {
  const field = document.querySelector(selector);
  if (!field) return;
  event.preventDefault();
  field.focus();
}

function move(step) {
  const rows = [...document.querySelectorAll("[data-ticket]")];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row === document.activeElement);
  const from = at >= 0 ? at : rows.findIndex((row) => row.hasAttribute("aria-current"));
  rows[Math.max(0, Math.min(rows.length - 1, from + step))].focus();
}
