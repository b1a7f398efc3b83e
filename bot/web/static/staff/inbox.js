// The agents' inbox: actions, keys, and news: the server is asked for its pulse, and the page is read
// again when that has changed, or after a while, for ages and due times move on by themselves.

import { renderMarkdown } from "../chat/markdown.js";
import { Alerts } from "./alerts.js";
import { restore } from "./values.js";

const POLL_MS = 2000;
const POLL_HIDDEN_MS = 6000;
const AGING_MS = 20000;
const token = document.querySelector("meta[name=csrf-token]")?.content ?? "";
const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
let sending = false;
let pulse = null;
let readAt = Date.now();

const alerts = new Alerts(document.querySelector("[data-alerts]"), tell);
alerts.look(document);
decorate(document);
document.addEventListener("click", clicked);
document.addEventListener("submit", submitted);
document.addEventListener("keydown", pressed);
toEnd();
if (document.querySelector("[data-live]")) setTimeout(look, POLL_MS);
document.body.dataset.ready = ""; // keys work from now on

async function clicked(event) {
  if (event.target.closest?.("[data-open-notice]")) document.querySelector("[data-notice-dialog]").showModal();
  if (event.target.closest?.("[data-close-dialog]")) event.target.closest("dialog").close();
  const target = event.target.closest?.("[data-act], [data-sign-out], [data-cite], [data-contact], [data-retry]");
  if (!target) return;
  if (target.dataset.cite !== undefined) {
    cite(target.dataset);
    return;
  }
  if (target.dataset.contact) {
    await showContact(target);
    return;
  }
  if (target.dataset.retry) {
    await retry(target);
    return;
  }
  if (target.hasAttribute("data-sign-out")) {
    await post("/staff/sign-out").catch(() => {});
    location.assign("/staff");
    return;
  }
  await act(target.dataset.act);
}

async function submitted(event) {
  const form = event.target;
  if (!form.matches("[data-reply], [data-resolve], [data-note], [data-notice-form], [data-restore]")) return;
  event.preventDefault();
  if (form.matches("[data-notice-form]")) {
    await setNotice(form);
    return;
  }
  if (form.matches("[data-restore]")) await restore(form, post);
  else if (form.matches("[data-resolve]")) await resolve(form);
  else if (form.matches("[data-note]")) await note(form);
  else await reply(form);
}

async function reply(form) {
  const field = form.querySelector("textarea");
  const text = field.value.trim();
  if (!text || sending) return;
  field.dataset.clientId ??= newId();
  if (!(await act("reply", { text, client_id: field.dataset.clientId }))) return;
  delete document.querySelector("#reply")?.dataset.clientId;
  document.querySelector("#reply")?.focus();
}

/** Closing words go out as a reply; only then the ticket ends. */
async function resolve(form) {
  const closing = form.querySelector("#closing").value;
  const disposition = form.querySelector("#disposition").value;
  const draft = document.querySelector("#reply")?.value.trim();
  if (draft) {
    say("There is an unsent reply. Send it, or clear it, before you resolve.");
    document.querySelector("#reply").focus();
    return;
  }
  form.dataset.clientId ??= newId();
  if (closing && !(await act("reply", { text: closing, client_id: form.dataset.clientId }, false))) return;
  await act("resolve", { disposition });
}

async function note(form) {
  const field = form.querySelector("input");
  const text = field.value.trim();
  if (!text || !(await act("notes", { text }))) return;
  field.value = "";
}

async function setNotice(form) {
  const body = {
    text: form.querySelector("#notice-text").value.trim(),
    kind: form.querySelector("#notice-kind").value,
    paused: form.querySelector("#notice-paused").checked,
  };
  const response = await post("/v1/notice", body).catch(() => null);
  if (response?.ok) {
    location.reload();
    return;
  }
  form.querySelector("[data-notice-status]").textContent = "That wasn't saved. Please try again.";
}

/** Puts an article into the reply, where the agent can still change it. */
function cite({ cite: excerpt, title, url }) {
  const field = document.querySelector("#reply");
  if (!field) return;
  const address = new URL(url, location.origin).href;
  const before = field.value.trim();
  field.value = `${before ? `${before}\n\n` : ""}${excerpt}\n[${title}](${address})`;
  field.focus();
}

async function showContact(control) {
  const path = `/v1/handoffs/${encodeURIComponent(control.dataset.contact)}/contact`;
  const response = await fetch(path, { credentials: "same-origin", headers: { Accept: "application/json" } }).catch(() => null);
  if (!response?.ok) {
    say("The contact details can't be shown now.");
    return;
  }
  const { email, phone, name } = await response.json();
  const shown = document.createElement("span");
  shown.tabIndex = -1;
  shown.textContent = [name, email, phone].filter(Boolean).join(" · ");
  control.parentElement.replaceChildren(shown);
  shown.focus();
}

/** Has something tried again that another system did not take. */
async function retry(control) {
  control.disabled = true;
  const response = await post(`/v1/deliveries/${control.dataset.retry}/retry`).catch(() => null);
  const known = response?.ok || response?.status === 404; // a colleague was faster
  control.textContent = known ? "Being tried" : "Try again";
  control.disabled = known;
}

function newId() {
  return crypto.randomUUID?.() ?? String(Math.random()).slice(2);
}

/** One change to the open ticket; says what went wrong and keeps what was typed. */
async function act(name, body = {}, all = true) {
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
    if (all) await refresh(true);
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
  if (!sending) await listen().catch(() => {});
  setTimeout(look, document.hidden ? POLL_HIDDEN_MS : POLL_MS);
}

async function listen() {
  const response = await fetch("/v1/handoffs/pulse", { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (response.status === 401) location.reload();
  if (!response.ok) return;
  const { pulse: now } = await response.json();
  if (now === pulse && Date.now() - readAt < AGING_MS) return;
  await refresh();
  pulse = now;
}

/** Takes over what changed; a reply being typed stays. */
async function refresh(force = false) {
  const response = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
  if (!response.ok) {
    if (response.status === 401) location.reload();
    return;
  }
  readAt = Date.now();
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
  alerts.look(document);
}

function tell(text) {
  const place = document.querySelector("[data-news]");
  if (place) place.textContent = text;
}

function append(log, fresh) {
  const known = new Set([...log.children].map((node) => node.dataset.turn));
  const added = [...fresh.children].filter((node) => !known.has(node.dataset.turn));
  for (const node of added) log.append(document.adoptNode(node));
  if (added.length) toEnd();
}

function typing(part) {
  const field = part.querySelector("textarea");
  return Boolean(field?.value.trim()) || part.querySelector("form")?.contains(document.activeElement) === true;
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
  else if (event.key === "n") focusOn("#note", event);
  else if (event.key === "e") focusOn("#closing", event);
  else if (event.key === "?") document.querySelector("[data-help]")?.showModal();
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
