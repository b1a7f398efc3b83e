// The help site: results while one types, “Was this helpful?”, and the contents list's place.

const WAIT_MS = 160;

for (const form of document.querySelectorAll("[data-live-search]")) liveSearch(form);
for (const section of document.querySelectorAll("[data-article-feedback]")) articleFeedback(section);
markPlace();

function liveSearch(form) {
  const field = form.querySelector("input");
  const panel = form.querySelector("[data-results]");
  const status = form.querySelector("[data-status]");
  let timer = 0;
  let asked = "";
  let running = null;

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  field.addEventListener("focus", () => { if (panel.childElementCount) panel.hidden = false; });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden) {
      field.focus();
      hide();
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      move(event);
    }
  });
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) setTimeout(() => { if (!form.contains(document.activeElement)) panel.hidden = true; }, 150); });

  async function ask() {
    const query = field.value.trim();
    if (query === asked) return;
    asked = query;
    running?.abort();
    if (query.length < 2) return clear();
    running = new AbortController();
    try {
      const response = await fetch(`/v1/search?q=${encodeURIComponent(query)}&limit=6`, { signal: running.signal, credentials: "omit" });
      if (!response.ok) throw new Error(String(response.status));
      const { hits } = await response.json();
      if (query === asked) show(hits);
    } catch (error) {
      if (error.name === "AbortError") return;
      message("Search doesn't answer right now. Press Enter to try again.");
    }
  }

  function show(hits) {
    const seen = new Set();
    const list = make("ul", "results");
    for (const hit of hits) {
      if (seen.has(hit.article_id)) continue;
      seen.add(hit.article_id);
      const link = make("a");
      link.href = address(hit);
      link.append(make("span", "result-title", hit.title));
      if (hit.excerpt) link.append(make("span", "result-line", hit.excerpt));
      if (hit.domain) link.append(make("span", "result-domain", words(hit.domain)));
      const item = make("li");
      item.append(link);
      list.append(item);
    }
    if (!seen.size) return message("Nothing found yet. Try other words, or ask in the chat.");
    panel.replaceChildren(list);
    panel.hidden = false;
    status.textContent = `${seen.size} article${seen.size === 1 ? "" : "s"} found. Use the down arrow to reach them.`;
  }

  function message(text) {
    panel.replaceChildren(make("p", "", text));
    panel.hidden = false;
    status.textContent = text;
  }

  function clear() {
    panel.replaceChildren();
    status.textContent = "";
    hide();
  }

  function hide() {
    panel.hidden = true;
  }

  function move(event) {
    const stops = [field, ...panel.querySelectorAll("a")];
    if (panel.hidden || stops.length < 2) return;
    event.preventDefault();
    const at = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    stops[(at + stops.length) % stops.length].focus();
  }
}

function address(hit) {
  const url = new URL(hit.url || `/articles/${hit.article_id}`, location.origin);
  return url.origin === location.origin ? url.href : "/";
}

function words(domain) {
  let text = domain.replaceAll("_", " ").replaceAll("/", " / ").replace(/^\d+[ .-]+/, "").trim();
  const [first, ...rest] = text.split("-"); // as on the pages: "getting-started" is two words, "top-ups" one
  if (rest.length && !(rest.length === 1 && (first.length === 1 || rest[0].length <= 3))) text = [first, ...rest].join(" ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function articleFeedback(section) {
  const id = section.dataset.articleFeedback;
  const status = section.querySelector("[data-status]");
  const why = section.querySelector("[data-why]");
  const choice = section.querySelector("[data-choice]");
  choice.addEventListener("click", async (event) => {
    const helpful = event.target.dataset?.helpful;
    if (!helpful) return;
    if (!(await send(helpful === "true"))) return;
    choice.hidden = true;
    status.textContent = helpful === "true" ? "Thank you. We're glad it helped." : "Thank you. The owner of this article sees that.";
    if (helpful === "false") {
      why.hidden = false;
      why.querySelector("textarea").focus();
    }
  });
  why.addEventListener("submit", async (event) => {
    event.preventDefault();
    const comment = why.querySelector("textarea").value.trim();
    if (comment && !(await send(false, comment))) return;
    why.hidden = true;
    status.textContent = "Thank you. We'll use it to make the article better.";
  });

  async function send(helpful, comment) {
    try {
      const response = await fetch(`/v1/articles/${id.split("/").map(encodeURIComponent).join("/")}/feedback`, {
        method: "POST", credentials: "omit", headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ helpful, ...(comment ? { comment } : {}) }),
      });
      if (response.ok) return true;
    } catch {
      // said below
    }
    status.textContent = "We couldn't store that. Please try again in a moment.";
    return false;
  }
}

function markPlace() {
  const links = [...document.querySelectorAll(".contents a")];
  if (!links.length || !("IntersectionObserver" in window)) return;
  const observer = new IntersectionObserver((entries) => {
    const top = entries.find((entry) => entry.isIntersecting);
    if (!top) return;
    for (const link of links) {
      if (decodeURIComponent(link.hash.slice(1)) === top.target.id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }, { rootMargin: "0px 0px -70% 0px" });
  for (const link of links) {
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (target) observer.observe(target);
  }
}

function make(name, classes = "", text = undefined) {
  const node = document.createElement(name);
  if (classes) node.className = classes;
  if (text !== undefined) node.textContent = text;
  return node;
}
