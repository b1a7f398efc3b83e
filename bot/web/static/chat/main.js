// The chat: one customer, one conversation, one page.

import { Aftercare } from "./aftercare.js";
import { ChatError, Client, Memory } from "./client.js";
import { Composer } from "./composer.js";
import { Host } from "./host.js";
import { Live } from "./live.js";
import { Menu } from "./menu.js";
import { Messages, button, make } from "./messages.js";
import { Thinking } from "./thinking.js";
import { Votes } from "./votes.js";

const RESEND_MS = 600000; // what was not sent for longer is sent again only when asked

const $ = (name) => document.querySelector(`[data-${name}]`);
const root = $("chat");
const brand = document.body.dataset.brand;
const memory = new Memory();
const client = new Client(memory);
const host = new Host(document.body.dataset.embedOrigins.split(" ").filter(Boolean), {
  opened: (full, focus) => opened(full, focus),
  closed: () => closed(),
  resized: (full) => root.classList.toggle("full", full),
});
const messages = new Messages($("log"), brand, {
  choose: (option) => composer.take(option.label),
  retry: (turn) => deliver(turn),
  discard: (turn) => discard(turn),
  person: () => askForPerson(),
  visit: (url, event) => visit(url, event),
});
const parts = { form: $("composer"), field: $("text"), counter: $("counter"), send: $("send"), hint: $("hint") };
const composer = new Composer(parts, brand, (text) => submit(text));
const menu = new Menu(root, $("menu"), $("menu-button"), () => { if (host.embedded) close(); });
const thinking = new Thinking(root, $("scroll"), $("after"));
const votes = new Votes($("after"), (...vote) => voted(...vote), () => composer.focus());
const aftercare = new Aftercare($("aftercare"), memory, {
  contact: (body) => client.contact(body),
  eraseContact: () => client.eraseContact(),
  solved: (yes) => solved(yes),
  rate: (...rating) => client.rate(...rating),
});

let state = "open";
let handoff = memory.get("handoff") ?? null;
let asksRating = false;
let showing = !host.embedded;
let unread = 0;
let queue = Promise.resolve();
const places = new Map(); // turn_id to its place in the stored order
const live = new Live(client, {
  resumed: () => inTurn(() => synchronise()),
  turn: (turn, place) => heard(turn, place),
  state: (news) => stands(news),
  lost: () => connection("The connection is lost. Everything is kept; we keep trying."),
  gone: () => restart(),
});

// Sending ------------------------------------------------------------------------------------

function submit(text) {
  const { turn } = messages.put({ client_id: newId(), speaker: "customer", text, state: "sending" });
  remember();
  refresh(true);
  deliver(turn);
}

/** Messages leave one after another, in the order they were written. */
function deliver(turn) {
  messages.put({ ...ids(turn), state: "sending", why: "", offline: false });
  queue = queue.then(() => attempt(turn, true));
  return queue;
}

async function attempt(turn, again) {
  const waiting = thinking.start();
  try {
    const reply = await client.send(turn.text, turn.client_id, (name, data) => {
      if (name === "ack") acknowledged(turn, data);
      if (name === "sentence") waiting.say(data.text);
      if (name === "restart") waiting.restart();
    });
    waiting.stop();
    messages.put({ ...ids(turn), state: "", delivered: !reply.text });
    answered(reply);
    if (!turn.turn_id) await synchronise();
  } catch (error) {
    waiting.stop();
    if (error.kind === "gone" && again) {
      restart();
      await attempt(turn, false);
      return;
    }
    failed(turn, error);
  } finally {
    remember();
  }
}

function acknowledged(turn, { turn_id: id, text }) {
  messages.put({ ...ids(turn), turn_id: id, text: text ?? turn.text, state: "" });
  remember();
}

function answered(reply) {
  const added = handoff?.ticket_id && handoff.ticket_id === reply.handoff?.ticket_id;
  if (reply.handoff) keepHandoff(reply.handoff);
  if (reply.text) {
    const card = reply.decision === "handoff" && !added ? { handoff: reply.handoff ?? {} } : {};
    messages.put({ ...picked(reply), speaker: "assistant", ...card });
  } else if (reply.notice) composer.say(reply.notice); // an agent is here, the assistant is silent
  refresh(true);
}

function failed(turn, error) {
  const known = error instanceof ChatError;
  const arrived = turn.turn_id && places.has(turn.turn_id); // the reply comes, or came, live
  if (arrived) messages.put({ ...ids(turn), state: "" });
  else messages.put({ ...ids(turn), state: "failed", why: known ? error.message : "Something went wrong.", offline: error.kind === "offline" });
  refresh(true);
}

/** Sends again what only a broken connection kept back. */
function resend() {
  for (const turn of messages.turns) if (turn.state === "failed" && turn.offline) deliver(turn);
}

function discard(turn) {
  messages.remove(turn);
  remember();
  refresh();
  composer.focus();
}

function picked({ turn_id, at, text, decision, reason, options, citations, offers_agent, notice }) {
  const turn = { turn_id, text, decision, reason, options, citations, offers_agent, notice };
  if (at) turn.at = at;
  return Object.fromEntries(Object.entries(turn).filter(([, value]) => value !== undefined && value !== null));
}

function ids({ turn_id, client_id }) {
  return { ...(turn_id ? { turn_id } : {}), ...(client_id ? { client_id } : {}) };
}

// A person -----------------------------------------------------------------------------------

async function askForPerson() {
  if (state !== "open" && state !== "resolved") return;
  const control = $("person");
  control.setAttribute("aria-disabled", "true");
  composer.say("");
  connection("");
  const waiting = thinking.start();
  try {
    const reply = await client.handoff();
    keepHandoff(reply.handoff ?? reply);
    await synchronise();
  } catch (error) {
    if (error.kind === "gone" && client.started) {
      restart();
      waiting.stop();
      await askForPerson();
      return;
    }
    connection(`${error.message} We couldn't pass the chat on yet. Please choose “Talk to a person” again.`);
  } finally {
    waiting.stop();
    refresh(true);
  }
}

function keepHandoff(news) {
  const { ticket_id, state: ticketState, position, message, next, asks_contact: asksContact } = news ?? {};
  if (!ticket_id) return;
  handoff = { ticket_id, state: ticketState, position, message: message ?? handoff?.message, next, asksContact };
  memory.set({ handoff });
  if (["waiting", "claimed", "resolved"].includes(ticketState)) state = ticketState;
}

// What is stored -----------------------------------------------------------------------------

/** The turns that handed over; later ones, until an agent writes, only add to the same ticket. */
function openings(turns) {
  let waiting = false;
  return turns.filter((turn) => {
    const opens = turn.decision === "handoff" && !waiting;
    if (turn.speaker === "agent" || turn.speaker === "system") waiting = false;
    else if (turn.decision === "handoff") waiting = true;
    return opens;
  });
}

/** Brings the screen up to what is stored; shows nothing twice. */
async function synchronise() {
  const stored = await client.load();
  state = stored.state ?? state;
  asksRating = Boolean(stored.asks_rating);
  keepHandoff(stored.handoff);
  const cards = openings(stored.turns ?? []);
  const last = cards.at(-1);
  (stored.turns ?? []).forEach((turn, i, all) => places.set(turn.turn_id, i - all.length));
  for (const turn of stored.turns ?? []) {
    const card = cards.includes(turn) ? (turn === last && handoff ? handoff : { message: turn.text }) : null;
    show(turn, card);
  }
  inOrder();
  host.tell("unread", { count: unread });
  refresh();
}

function show(turn, card) {
  const news = { ...picked(turn), speaker: turn.speaker };
  if (turn.client_id) news.client_id = turn.client_id;
  if (turn.author ?? turn.agent) news.author = turn.author ?? turn.agent;
  if (card) news.handoff = card;
  if (turn.speaker === "customer") news.state = "";
  const { fresh } = messages.put(news);
  if (fresh && turn.speaker === "agent" && !showing) unread += 1;
}

/** Turns stand as stored; what is not stored yet comes last. */
function inOrder() {
  const rank = (turn) => places.get(turn.turn_id) ?? Infinity;
  const sorted = [...messages.turns].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
  if (sorted.some((turn, i) => turn !== messages.turns[i])) messages.arrange(sorted);
}

/** A turn came live. A reply waits for the sending of its question to end, which shows it in pieces. */
function heard(turn, place) {
  if (!places.has(turn.turn_id)) places.set(turn.turn_id, place);
  if (turn.speaker === "assistant") inTurn(() => add(turn));
  else add(turn);
}

function add(turn) {
  const known = messages.find(turn);
  const opens = turn.decision === "handoff" && state !== "waiting";
  show(turn, opens && !known ? { message: turn.text } : null);
  inOrder();
  remember();
  host.tell("unread", { count: unread });
  refresh(!known);
}

/** The state came live, and with it the place in the queue. */
function stands(news) {
  connection("");
  inTurn(() => {
    if (news.state === "resolved" && state !== "resolved") asksRating = true;
    state = news.state ?? state;
    keepHandoff(news.handoff);
    const card = messages.turns.findLast((turn) => turn.handoff);
    if (card && news.handoff) messages.put({ turn_id: card.turn_id, handoff });
    refresh();
  });
  resend();
}

/** Does something once what is being sent is answered; gives when it is done. */
function inTurn(work) {
  const done = queue.then(work);
  queue = done.catch(() => {});
  return done;
}

/** Follows while somebody looks, or a person is awaited. */
function watch() {
  const awaited = state === "waiting" || state === "claimed";
  if (client.started && (awaited || (showing && !document.hidden))) live.follow();
  else live.stop();
}

function remember() {
  const pending = messages.turns
    .filter((turn) => turn.speaker === "customer" && turn.client_id && !turn.turn_id)
    .map(({ client_id, text, at }) => ({ client_id, text, at }));
  if (pending.length || client.started) memory.set({ pending });
}

async function restore() {
  const pending = memory.get("pending") ?? [];
  if (client.started) {
    const waiting = thinking.start();
    try {
      await synchronise();
    } catch (error) {
      if (error.kind === "gone") restart();
      else connection("We couldn't load your chat yet. Everything is kept; we keep trying.", restore);
    }
    waiting.stop();
  }
  for (const turn of pending) {
    if (messages.find(turn)) continue;
    const lately = Date.now() - Date.parse(turn.at) < RESEND_MS;
    const put = messages.put({ ...turn, speaker: "customer", state: "failed", why: "The page was left before it was sent." });
    if (lately) deliver(put.turn);
  }
  refresh(true);
}

/** A new conversation; what is on screen stays readable. */
function restart() {
  live.forget();
  places.clear();
  client.forget();
  handoff = null;
  state = "open";
  refresh();
}

function end() {
  live.forget();
  places.clear();
  client.forget();
  messages.clear();
  handoff = null;
  state = "open";
  unread = 0;
  votes.clear();
  aftercare.clear();
  connection("");
  composer.say("The chat has ended and is gone from this tab.");
  refresh();
  composer.focus();
}

// At the end ---------------------------------------------------------------------------------

async function voted(turnId, helpful, comment) {
  await client.feedback(turnId, helpful, comment);
  if (helpful) aftercare.askSolved();
}

async function solved(yes) {
  const news = await client.solved(yes);
  state = news.state;
  asksRating = news.asks_rating;
  await synchronise();
}

// What is seen -------------------------------------------------------------------------------

function refresh(toEnd = false) {
  messages.settle();
  const started = messages.turns.length > 0;
  $("welcome").hidden = started;
  root.dataset.state = state;
  const presence = { claimed: "A person is with you" };
  $("presence").textContent = presence[state] ?? "Automated assistant";
  $("person-label").textContent = { waiting: "Waiting for a person", claimed: "You are talking to a person" }[state] ?? "Talk to a person";
  $("person").setAttribute("aria-disabled", String(state === "waiting" || state === "claimed"));
  votes.ask(messages.last);
  aftercare.show({ state, asksContact: handoff?.asksContact, asksRating });
  if (toEnd) showNewest();
  watch();
}

/** The newest message; of a long reply its beginning, with the question above it. */
function showNewest() {
  const scroll = $("scroll");
  const asked = messages.turns.findLast((turn) => turn.speaker === "customer");
  const end = scroll.scrollHeight - scroll.clientHeight;
  const question = asked ? asked.node.offsetTop - 12 : end;
  scroll.scrollTop = Math.min(end, question);
}

function connection(text, retry) {
  const strip = $("connection");
  strip.replaceChildren(text);
  if (retry) strip.append(" ", button("Try now", "link", () => { connection(""); retry(); }));
  strip.hidden = !text;
}

function visit(url, event) {
  const here = host.sameSite && new URL(url).origin === location.origin;
  if (!here || root.classList.contains("full") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  host.tell("visit", { url });
}

function download() {
  const text = `${document.title}\nReference: ${handoff?.ticket_id ?? "none"}\n\n${messages.transcript()}\n`;
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = make("a");
  link.href = url;
  link.download = "chat-transcript.txt";
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
  menu.show(false);
}

function opened(full, focus) {
  showing = true;
  unread = 0;
  host.tell("unread", { count: 0 });
  root.classList.toggle("full", full);
  if (focus) composer.focus();
  refresh(true);
}

function closed() {
  showing = false;
  menu.show(false);
  watch();
}

function close() {
  closed();
  host.tell("close");
}

function newId() {
  return crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Wiring -------------------------------------------------------------------------------------

for (const suggested of document.querySelectorAll("[data-suggested]")) {
  suggested.addEventListener("click", () => {
    composer.take(suggested.textContent);
    composer.focus();
  });
}
$("person").addEventListener("click", askForPerson);
$("download").addEventListener("click", download);
$("end").addEventListener("click", () => { menu.show(false); end(); });
$("close").addEventListener("click", close);
document.addEventListener("visibilitychange", () => watch());
window.addEventListener("offline", () => connection("You are offline. Everything is kept here until you are back."));
window.addEventListener("online", () => { connection(""); live.now(); resend(); });
$("close").hidden = !host.embedded;
if (!host.embedded) root.classList.add("alone");
restore();
