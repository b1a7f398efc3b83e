// The conversation over HTTP: makes it, keeps its token fresh, sends, loads. No page in here.

import { events } from "./events.js";

const KEY = "firstline-chat";
const PATIENCE_MS = 30000;
const RENEW_BEFORE_MS = 60000;

/** What went wrong, in words for the customer. `kind`: offline, limited, gone, refused, server. */
export class ChatError extends Error {
  constructor(kind, message, retryAfter = 0) {
    super(message);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }
}

export class Client {
  /** @param {Memory} memory where the conversation's id and token are kept */
  constructor(memory) {
    this.memory = memory;
    this.starting = null;
  }

  get started() {
    return Boolean(this.memory.get("id"));
  }

  /** Sends one message; a retry passes the same `clientId`. Events: ack, sentence, restart. Gives the reply. */
  async send(text, clientId, onEvent) {
    await this.#start();
    const response = await this.#call("POST", "/messages", { text, client_id: clientId }, "text/event-stream");
    if (!(response.headers.get("content-type") ?? "").startsWith("text/event-stream")) return response.json();
    return readEvents(response, onEvent);
  }

  /** The conversation as stored. */
  async load() {
    return (await this.#call("GET", "")).json();
  }

  /** What happens from the event `last` on, as a response without end. */
  async events(last, signal) {
    const headers = last ? { "Last-Event-ID": last } : {};
    return this.#call("GET", "/events", undefined, "text/event-stream", { headers, signal });
  }

  /** Asks for a person. */
  async handoff() {
    await this.#start();
    return (await this.#call("POST", "/handoff", {})).json();
  }

  /** Stores a thumb, with an optional reason. */
  async feedback(turnId, helpful, comment) {
    await this.#call("POST", "/feedback", { turn_id: turnId, helpful, ...(comment ? { comment } : {}) });
  }

  /** Says whether it is solved. Gives the state, and whether a rating is asked. */
  async solved(yes) {
    return (await this.#call("POST", "/resolution", { solved: yes })).json();
  }

  /** Rates the conversation, once. */
  async rate(score, comment) {
    await this.#call("POST", "/rating", { score, ...(comment ? { comment } : {}) });
  }

  /** Leaves how to reach the customer: `{email?, phone?, name?}`. */
  async contact(body) {
    await this.#call("POST", "/contact", body);
  }

  /** Erases it. */
  async eraseContact() {
    await this.#call("DELETE", "/contact");
  }

  /** Forgets the conversation in this tab. */
  forget() {
    this.memory.clear();
    this.starting = null;
  }

  async #start() {
    if (this.started) return;
    this.starting ??= this.#create();
    try {
      await this.starting;
    } finally {
      this.starting = null;
    }
  }

  async #create() {
    const body = { locale: document.documentElement.lang || "en", channel: "web" };
    const made = await (await this.#fetch("/v1/conversations", "POST", body)).json();
    this.memory.set({ id: made.id, token: made.token, expires_at: made.expires_at });
  }

  async #call(method, path, body, accept, more) {
    const expires = Date.parse(this.memory.get("expires_at") ?? "");
    if (Number.isFinite(expires) && expires - Date.now() < RENEW_BEFORE_MS) await this.#renew().catch(() => {});
    try {
      return await this.#fetch(this.#path(path), method, body, accept, more);
    } catch (error) {
      if (error.kind !== "expired") throw error;
      await this.#renew();
      return this.#fetch(this.#path(path), method, body, accept, more);
    }
  }

  async #renew() {
    try {
      const made = await (await this.#fetch(this.#path("/token"), "POST", {})).json();
      this.memory.set({ token: made.token, expires_at: made.expires_at });
    } catch (error) {
      throw error.kind === "expired" ? new ChatError("gone", "This chat has ended.") : error;
    }
  }

  #path(rest) {
    return `/v1/conversations/${encodeURIComponent(this.memory.get("id"))}${rest}`;
  }

  async #fetch(path, method, body, accept = "application/json", more = {}) {
    const headers = { Accept: accept, ...more.headers };
    const token = this.memory.get("token");
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    let response;
    try {
      response = await fetch(path, {
        method, headers, body: body === undefined ? undefined : JSON.stringify(body),
        credentials: "omit", cache: "no-store", signal: more.signal ?? AbortSignal.timeout(PATIENCE_MS),
      });
    } catch {
      throw new ChatError("offline", "We couldn't reach the help desk.");
    }
    if (response.ok) return response;
    throw await problem(response);
  }
}

/** Names kept in the tab's storage where that is allowed, in memory elsewhere. */
export class Memory {
  constructor() {
    this.values = {};
    try {
      this.storage = window.sessionStorage;
      this.values = JSON.parse(this.storage.getItem(KEY) ?? "{}");
    } catch {
      this.storage = null;
    }
  }

  get(name) {
    return this.values[name];
  }

  set(values) {
    Object.assign(this.values, values);
    this.#keep();
  }

  clear() {
    this.values = {};
    this.#keep();
  }

  #keep() {
    try {
      if (Object.keys(this.values).length) this.storage?.setItem(KEY, JSON.stringify(this.values));
      else this.storage?.removeItem(KEY);
    } catch {
      this.storage = null;
    }
  }
}

async function problem(response) {
  const { status } = response;
  const wait = Number(response.headers.get("retry-after")) || 0;
  if (status === 401) return new ChatError("expired", "This chat has ended.");
  if (status === 404 || status === 410) return new ChatError("gone", "This chat has ended.");
  if (status === 429 || status === 503) {
    const when = wait ? `Try again in ${wait} seconds.` : "Try again in a moment.";
    return new ChatError("limited", `There are many messages right now. ${when}`, wait);
  }
  if (status === 409 || status === 413 || status === 422 || status === 400) {
    const body = await response.json().catch(() => ({}));
    if (String(body.type).endsWith(":conversation-closed")) return new ChatError("gone", "This chat has ended.");
    const detail = typeof body.detail === "string" ? body.detail : "This message can't be sent as it is.";
    return new ChatError("refused", detail);
  }
  return new ChatError("server", "Something went wrong on our side.");
}

async function readEvents(response, onEvent) {
  try {
    for await (const { name, data } of events(response)) {
      if (name === "done") return data;
      if (name === "error") throw new ChatError("server", data?.detail ?? "Something went wrong on our side.");
      onEvent(name, data);
    }
  } catch (error) {
    if (error instanceof ChatError) throw error;
  }
  throw new ChatError("offline", "The connection broke before the reply was complete.");
}
