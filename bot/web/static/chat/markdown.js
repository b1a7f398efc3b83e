// A small Markdown renderer for chat text. It only ever makes elements and text nodes, so nothing
// in a message can become markup: paragraphs, headings, lists, tables, quotes, bold, italics, code,
// links to this site or to https. Images and HTML stay text.

const INLINE = /(\*\*|__)(?=\S)([\s\S]*?\S)\1|(?<![\w*])(\*|_)(?=[^\s*_])([\s\S]*?[^\s*_])\3(?![\w*])|`([^`\n]+)`|!?\[([^\]\n]*)\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)|\[([A-Z][A-Z_]*?)_\d{1,4}\]|<br ?\/?>/;

// Labels that stand for removed personal data, as `redaction.kinds` names them.
const HIDDEN = {
  CARD: "card number", IBAN: "IBAN", CRYPTO: "wallet address", API_KEY: "key", EMAIL: "e-mail address", PASSWORD: "password",
  CVV: "security code", PIN: "PIN", CODE: "one-time code", EXPIRY: "expiry date", SSN: "social security number",
  NATIONAL_ID: "identity number", PASSPORT: "passport number", LICENCE: "licence number", HEALTH_ID: "health number",
  DEVICE: "device number", IP: "IP address", DOB: "date of birth", ACCOUNT: "account number", PHONE: "phone number",
  ADDRESS: "address", POSTCODE: "postcode", PLATE: "number plate", NAME: "name",
};

/** Markdown as a document fragment. `linkTo` maps an address to a safe one, or null. */
export function renderMarkdown(text, linkTo = safeLink) {
  const fragment = document.createDocumentFragment();
  const lines = String(text).replace(/\r\n?/g, "\n").split("\n");
  for (let at = 0; at < lines.length; ) at = block(lines, at, fragment, linkTo);
  return fragment;
}

/** The address if it leads to this site or to an https page, else null. */
export function safeLink(href, base = document.baseURI) {
  try {
    const url = new URL(href, base);
    const local = url.origin === new URL(base).origin;
    return (local && /^https?:$/.test(url.protocol)) || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}

const ITEM = /^(\s*)([-*+]|\d{1,4}[.)])\s+(.*)$/;
const RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

function block(lines, at, into, linkTo) {
  const line = lines[at];
  if (!line.trim()) return at + 1;
  const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(line);
  if (heading) {
    const title = element("p", into);
    inline(heading[1], element("strong", title), linkTo);
    return at + 1;
  }
  if (line.includes("|") && RULE.test(lines[at + 1] ?? "") && lines[at + 1].includes("-")) return table(lines, at, into, linkTo);
  if (ITEM.test(line)) return list(lines, at, into, linkTo);
  if (/^\s*>/.test(line)) {
    const inner = [];
    while (at < lines.length && /^\s*>/.test(lines[at])) inner.push(lines[at++].replace(/^\s*> ?/, ""));
    const quote = element("blockquote", into);
    for (let i = 0; i < inner.length; ) i = block(inner, i, quote, linkTo);
    return at;
  }
  if (/^\s*(```|~~~)/.test(line)) {
    const code = [];
    for (at += 1; at < lines.length && !/^\s*(```|~~~)/.test(lines[at]); at += 1) code.push(lines[at]);
    element("code", element("pre", into)).textContent = code.join("\n");
    return at + 1;
  }
  if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) {
    element("hr", into);
    return at + 1;
  }
  return paragraph(lines, at, into, linkTo);
}

function paragraph(lines, at, into, linkTo) {
  const node = element("p", into);
  let first = true;
  while (at < lines.length && lines[at].trim() && (first || !startsBlock(lines, at))) {
    if (!first) element("br", node);
    inline(lines[at].trim(), node, linkTo);
    first = false;
    at += 1;
  }
  return at;
}

function startsBlock(lines, at) {
  return /^(#{1,6}\s|\s*>|\s*(```|~~~))/.test(lines[at]) || ITEM.test(lines[at]) || RULE.test(lines[at + 1] ?? "-x") && lines[at].includes("|");
}

function list(lines, at, into, linkTo) {
  const [, indent, marker] = ITEM.exec(lines[at]);
  const ordered = /\d/.test(marker);
  const node = element(ordered ? "ol" : "ul", into);
  if (ordered && parseInt(marker, 10) !== 1) node.start = parseInt(marker, 10);
  let item = null;
  while (at < lines.length) {
    const match = ITEM.exec(lines[at]);
    if (match && match[1].length > indent.length + 1 && item) {
      at = list(lines, at, item, linkTo);
    } else if (match && match[1].length >= indent.length && /\d/.test(match[2]) === ordered) {
      item = element("li", node);
      inline(match[3], item, linkTo);
      at += 1;
    } else if (!match && lines[at].trim() && /^\s/.test(lines[at]) && item) {
      item.append(" ");
      inline(lines[at].trim(), item, linkTo);
      at += 1;
    } else if (!lines[at].trim() && ITEM.test(lines[at + 1] ?? "")) {
      at += 1;
    } else {
      break;
    }
  }
  return at;
}

function table(lines, at, into, linkTo) {
  const frame = element("div", into);
  frame.className = "table";
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", "Table");
  const node = element("table", frame);
  const head = element("tr", element("thead", node));
  for (const cell of cells(lines[at])) {
    const th = element("th", head);
    th.scope = "col";
    inline(cell, th, linkTo);
  }
  const body = element("tbody", node);
  for (at += 2; at < lines.length && lines[at].includes("|"); at += 1) {
    const row = element("tr", body);
    for (const cell of cells(lines[at])) inline(cell, element("td", row), linkTo);
  }
  return at;
}

function cells(line) {
  return line.trim().replace(/^\||(?<!\\)\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim().replace(/\\\|/g, "|"));
}

function inline(text, into, linkTo, depth = 0) {
  let rest = text;
  while (rest) {
    const match = depth < 6 ? INLINE.exec(rest) : null;
    if (!match) break;
    if (match.index) into.append(unescaped(rest.slice(0, match.index)));
    rest = rest.slice(match.index + match[0].length);
    mark(match, into, linkTo, depth);
  }
  if (rest) into.append(unescaped(rest));
}

function mark(match, into, linkTo, depth) {
  const [whole, , strong, , em, code, label, href, kind] = match;
  if (strong !== undefined) inline(strong, element("strong", into), linkTo, depth + 1);
  else if (em !== undefined) inline(em, element("em", into), linkTo, depth + 1);
  else if (code !== undefined) element("code", into).textContent = code;
  else if (href !== undefined) link(whole, label, href, into, linkTo, depth);
  else if (kind !== undefined) hidden(whole, kind, into);
  else element("br", into);
}

function link(whole, label, href, into, linkTo, depth) {
  const target = whole.startsWith("!") ? null : linkTo(href);
  if (!target) {
    into.append(unescaped(label));
    return;
  }
  const node = element("a", into);
  node.href = target;
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  inline(label, node, linkTo, depth + 1);
}

function hidden(whole, kind, into) {
  if (!Object.hasOwn(HIDDEN, kind)) {
    into.append(whole);
    return;
  }
  const node = element("span", into);
  node.className = "removed";
  node.textContent = `${HIDDEN[kind]} hidden`;
}

function unescaped(text) {
  return text.replace(/\\([\\`*_{}[\]()#+\-.!|>~])/g, "$1");
}

function element(name, into) {
  const node = document.createElement(name);
  into.append(node);
  return node;
}
