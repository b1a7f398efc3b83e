// Shows that work is going on, and the sentences that have arrived.

import { renderMarkdown } from "./markdown.js";
import { make } from "./messages.js";

const AFTER_MS = 350;

export class Thinking {
  /** It stands in front of `before`, inside `scroll`; `root` is marked busy. */
  constructor(root, scroll, before) {
    this.root = root;
    this.scroll = scroll;
    this.before = before;
    this.busy = 0;
  }

  /** Gives `{say(sentence), restart(), stop()}`; restart takes back what was said. */
  start() {
    this.busy += 1;
    this.root.setAttribute("aria-busy", "true");
    const node = make("div", "turn assistant thinking");
    let said = "";
    const show = () => {
      if (!node.isConnected) this.before.before(node);
      this.scroll.scrollTop = this.scroll.scrollHeight;
    };
    const timer = setTimeout(() => {
      node.append(dots());
      show();
    }, AFTER_MS);
    return {
      say: (sentence) => {
        clearTimeout(timer);
        said += sentence;
        const text = make("div", "text");
        text.append(renderMarkdown(said));
        node.replaceChildren(text);
        show();
      },
      restart: () => {
        if (!said) return;
        said = "";
        node.replaceChildren(dots());
      },
      stop: () => {
        clearTimeout(timer);
        node.remove();
        this.busy = Math.max(0, this.busy - 1);
        if (!this.busy) this.root.removeAttribute("aria-busy");
      },
    };
  }
}

function dots() {
  const line = make("p", "dots");
  line.append(make("span"), make("span"), make("span"), make("span", "dots-text", "Looking through our articles"));
  return line;
}
