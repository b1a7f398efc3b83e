// The messages on screen. Each turn has one element, found again by its ids, so that a turn that
// arrives twice (reply, reload, polling) is shown once.

import { renderMarkdown, safeLink } from "./markdown.js";

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

export class Messages {
  /** `on`: `{choose(option), retry(turn), discard(turn), person(), visit(url, event)}` */
  constructor(log, brand, on) {
    this.log = log;
    this.brand = brand;
    this.on = on;
    this.turns = [];
  }

  get last() {
    return this.turns[this.turns.length - 1];
  }

  /** Shows a turn, or what is new about one already shown. Gives `{turn, fresh}`. */
  put(news) {
    const known = this.find(news);
    const turn = known ?? { node: null, at: new Date().toISOString(), ...news };
    if (known) {
      const before = signature(turn);
      Object.assign(turn, news);
      if (signature(turn) !== before) this.#draw(turn);
    } else {
      this.turns.push(turn);
      this.#draw(turn);
    }
    return { turn, fresh: !known };
  }

  find({ turn_id: id, client_id: own }) {
    return this.turns.find((turn) => (own && turn.client_id === own) || (id && turn.turn_id === id));
  }

  remove(turn) {
    turn.node?.remove();
    this.turns = this.turns.filter((other) => other !== turn);
  }

  /** Draws again what depends on being the last one: options and the offer of a person. */
  settle() {
    for (const turn of this.turns) {
      const live = turn === this.last;
      if (turn.live !== live && (turn.options?.length || turn.offers_agent)) {
        turn.live = live;
        this.#draw(turn);
      }
      turn.live = live;
    }
  }

  clear() {
    this.turns = [];
    this.log.replaceChildren();
  }

  transcript() {
    return this.turns.map((turn) => `[${new Date(turn.at).toLocaleString()}] ${this.#name(turn)}: ${turn.text ?? ""}`).join("\n\n");
  }

  #name(turn) {
    if (turn.speaker === "customer") return "You";
    if (turn.speaker === "agent") return turn.author ?? (this.brand ? `${this.brand} team` : "Team");
    return turn.speaker === "system" ? "Note" : this.brand ? `${this.brand} assistant` : "Assistant";
  }

  #draw(turn) {
    const node = make("div", `turn ${turn.speaker}${turn.state ? ` ${turn.state}` : ""}`);
    const name = this.#name(turn);
    if (turn.speaker === "agent") node.append(make("p", "name", name), unseen(`at ${time(turn.at)}: `));
    else node.append(unseen(`${name}, ${time(turn.at)}: `));
    if (turn.handoff) node.append(handoffCard(turn));
    else if (turn.text) node.append(body(turn, this.on));
    if (turn.options?.length) node.append(this.#options(turn));
    if (turn.citations?.length) node.append(this.#sources(turn));
    if (turn.notice) node.append(make("p", "notice", turn.notice));
    if (turn.offers_agent && turn.live !== false && !turn.options?.length && !turn.handoff) node.append(this.#offer());
    node.append(this.#foot(turn));
    const old = turn.node;
    if (old?.isEqualNode(node)) return; // a second report of the same turn leaves the reader in peace
    if (old) keepFocus(old, node, () => old.replaceWith(node));
    else this.log.append(node);
    turn.node = node;
  }

  /** Puts the turns in another order. */
  arrange(turns) {
    this.turns = turns;
    const focused = turns.find(({ node }) => node.contains(document.activeElement))?.node;
    const order = () => this.log.append(...turns.map(({ node }) => node));
    if (focused) keepFocus(focused, focused, order);
    else order();
  }

  #options(turn) {
    const list = make("ul", "options");
    for (const option of turn.options) {
      const item = make("li");
      if (turn.live === false) item.textContent = option.label;
      else item.append(button(option.label, "option", () => this.on.choose(option)));
      list.append(item);
    }
    if (turn.live !== false) {
      const item = make("li");
      item.append(button("None of these: talk to a person", "link", () => this.on.person()));
      list.append(item);
    }
    return list;
  }

  #sources(turn) {
    const list = make("ul", "sources");
    list.setAttribute("aria-label", "Sources");
    // An answer often quotes two parts of one article: that is one source, opened where it quotes first.
    const articles = new Map();
    for (const citation of turn.citations) if (!articles.has(citation.article_id)) articles.set(citation.article_id, citation);
    [...articles.values()].forEach((citation, index) => {
      const href = safeLink(citation.url || `/articles/${citation.article_id}${citation.anchor ? `#${citation.anchor}` : ""}`);
      if (!href) return;
      const link = make("a", "source");
      link.href = href;
      link.target = "_blank";
      link.rel = "noopener";
      const words = make("span", "words");
      words.append(make("span", "title", citation.title));
      if (section(citation)) words.append(make("span", "section", ` · ${section(citation)}`));
      link.append(make("span", "number", String(index + 1)), words);
      link.addEventListener("click", (event) => this.on.visit(href, event));
      const item = make("li");
      item.append(link);
      list.append(item);
    });
    return list;
  }

  #offer() {
    return button("Pass this to a person", "offer", () => this.on.person());
  }

  #foot(turn) {
    const foot = make("p", "foot");
    if (turn.state === "sending") foot.append("Sending…");
    else if (turn.state === "failed") {
      foot.append(make("span", "why", `Not sent. ${turn.why ?? ""} `));
      foot.append(button("Try again", "link", () => this.on.retry(turn)), button("Delete", "link", () => this.on.discard(turn)));
    } else {
      const stamp = make("time", "stamp", `${turn.delivered ? "Delivered · " : ""}${time(turn.at)}`);
      stamp.dateTime = toMinute(turn.at);
      stamp.setAttribute("aria-hidden", "true");
      foot.append(stamp);
    }
    return foot;
  }
}

function body(turn, on) {
  const node = make("div", "text");
  if (turn.speaker === "customer") {
    const plain = String(turn.text).split("\n");
    plain.forEach((line, i) => node.append(...(i ? [document.createElement("br")] : []), removedLabels(line)));
    return node;
  }
  node.append(renderMarkdown(turn.text));
  for (const link of node.querySelectorAll("a")) link.addEventListener("click", (event) => on.visit(link.href, event));
  return node;
}

/** What a customer wrote stays exactly as written, but for labels of what was removed. */
function removedLabels(line) {
  const out = document.createDocumentFragment();
  for (const part of line.split(/(\[[A-Z][A-Z_]*?_\d{1,4}\])/)) {
    if (/^\[[A-Z]/.test(part)) out.append(...(renderMarkdown(part).firstChild?.childNodes ?? [part]));
    else out.append(part);
  }
  return out;
}

function handoffCard(turn) {
  const card = make("div", "handoff");
  const { message, position, next, ticket_id: id } = turn.handoff;
  card.append(make("p", "handoff-title", "A person takes over"));
  const said = make("div", "text");
  said.append(renderMarkdown(turn.text || message || ""));
  card.append(said);
  if (next) card.append(make("p", "handoff-next", next));
  const facts = make("dl");
  const fact = (name, value) => {
    const pair = make("div");
    pair.append(make("dt", "", name), make("dd", "", value));
    facts.append(pair);
  };
  if (position) fact("Place in the queue", ordinal(position));
  if (id) fact("Reference", id);
  if (document.body.dataset.hours && !next) fact("People answer", document.body.dataset.hours);
  if (facts.children.length) card.append(facts);
  card.append(make("p", "small", "Our colleague sees the whole chat, so you needn't repeat anything."));
  return card;
}

/** Which part of the article: its anchor as words, since two sources may be of one article. */
function section({ anchor, title }) {
  const words = String(anchor ?? "").replace(/-\d+$/, "").replace(/-+/g, " ").trim();
  if (!words || words === title.toLowerCase()) return "";
  return words[0].toUpperCase() + words.slice(1);
}

function ordinal(n) {
  const tail = n % 100 > 10 && n % 100 < 14 ? "th" : { 1: "st", 2: "nd", 3: "rd" }[n % 10] ?? "th";
  return `${n}${tail}`;
}

export function make(name, classes = "", text = undefined) {
  const node = document.createElement(name);
  if (classes) node.className = classes;
  if (text !== undefined) node.textContent = text;
  return node;
}

export function button(label, classes, onClick) {
  const node = make("button", classes, label);
  node.type = "button";
  node.addEventListener("click", onClick);
  return node;
}

function unseen(text) {
  return make("span", "unseen", text);
}

/** As exact as what is shown: the server's time of a turn, a moment later than ours, changes nothing. */
function toMinute(at) {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "" : `${date.toISOString().slice(0, 16)}Z`;
}

function time(at) {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "" : TIME.format(date);
}

/** Moves or replaces what holds the focus, and gives it back: a reader by keyboard loses no place. */
function keepFocus(before, after, work) {
  const place = controls(before).indexOf(document.activeElement);
  work();
  if (place >= 0) controls(after)[place]?.focus({ preventScroll: true });
}

function controls(node) {
  return [...node.querySelectorAll("a[href], button")];
}

function signature(turn) {
  const { node, live, ...rest } = turn;
  return JSON.stringify(rest);
}
