// <firstline-chat>: a round button and, once opened, the chat in a sandboxed frame. Everything
// stands in a shadow root and is styled by script, so the host page's styles can't reach it
// and its policies needn't allow inline styles. The server puts the constant FIRSTLINE before this.
/* global FIRSTLINE */
(() => {
  const OPEN = "firstline-open";
  const NARROW = "(max-width: 480px)";
  const source = document.currentScript?.src ?? document.baseURI;
  const chatOrigin = new URL(source).origin;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

  const ICON_CHAT = "M4.5 5.5h15a1.5 1.5 0 0 1 1.5 1.5v8.5a1.5 1.5 0 0 1-1.5 1.5H11l-4.6 3.6V17H4.5A1.5 1.5 0 0 1 3 15.5V7A1.5 1.5 0 0 1 4.5 5.5Z";
  const ICON_CLOSE = "M6 9.5l6 6 6-6";

  class FirstlineChat extends HTMLElement {
    #frame = null;
    #button = null;
    #badge = null;
    #path = null;
    #shadow = null;
    #unread = 0;
    #focusOnReady = false;
    #open = false;
    #ready = false;
    #narrow = window.matchMedia(NARROW);

    connectedCallback() {
      if (this.#button) return;
      const shadow = this.attachShadow({ mode: "open" });
      this.#shadow = shadow;
      pin(this, { all: "initial", position: "fixed", inset: "auto 0 0 auto", display: "block", width: "0px", height: "0px", "z-index": "2147483000", overflow: "visible", visibility: "visible", opacity: "1", transform: "none", filter: "none", "pointer-events": "auto", "color-scheme": "light dark" });
      this.#button = this.#makeButton(shadow);
      window.addEventListener("message", (event) => this.#heard(event));
      window.addEventListener("resize", () => this.#layout());
      this.#narrow.addEventListener("change", () => this.#layout());
      document.addEventListener("click", (event) => {
        const opener = event.target instanceof Element && event.target.closest("[data-open-chat]");
        if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        this.open();
      });
      document.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && this.#open) this.close();
      });
      if (stored() !== null) this.#load();
      if (stored() === "open" && !this.#narrow.matches) this.open(false);
    }

    /** Shows the chat. */
    open(takeFocus = true) {
      this.#load();
      this.#open = true;
      this.#focusOnReady = takeFocus;
      keep("open");
      this.#layout();
      if (takeFocus) this.#frame.focus();
      this.#tell("open");
    }

    /** Hides the chat; focus returns to the button. */
    close() {
      if (!this.#open) return;
      this.#open = false;
      keep("closed");
      this.#layout();
      this.#tell("close");
      this.#button.focus();
    }

    #load() {
      if (this.#frame) return;
      const frame = document.createElement("iframe");
      frame.title = FIRSTLINE.title;
      frame.setAttribute("sandbox", "allow-scripts allow-forms allow-same-origin allow-popups allow-downloads");
      frame.referrerPolicy = "origin";
      frame.src = `${chatOrigin}/widget?host=${encodeURIComponent(location.origin)}`;
      this.#frame = frame;
      this.#layout();
      this.#shadow.append(frame);
    }

    #makeButton(shadow) {
      const node = document.createElement("button");
      node.type = "button";
      pin(node, { all: "initial", position: "fixed", right: "20px", bottom: "20px", width: "56px", height: "56px", "border-radius": "28px", "box-sizing": "border-box", display: "grid", "place-items": "center", cursor: "pointer", "background-color": FIRSTLINE.accent, color: FIRSTLINE.accentText, border: `1px solid ${FIRSTLINE.accentText}33`, "box-shadow": "0 2px 6px rgb(16 24 32 / 20%), 0 8px 24px rgb(16 24 32 / 20%)", transition: calm.matches ? "none" : "transform 120ms ease" });
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", width: 26, height: 26, fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linejoin": "round", "stroke-linecap": "round", "aria-hidden": "true" })) svg.setAttribute(name, value);
      const path = document.createElementNS(svg.namespaceURI, "path");
      svg.append(path);
      node.append(svg);
      const badge = document.createElement("span");
      pin(badge, { position: "absolute", top: "0px", right: "0px", width: "14px", height: "14px", "border-radius": "7px", "background-color": "#d92d20", border: "2px solid #ffffff", "box-sizing": "border-box", display: "none" });
      node.append(badge);
      node.addEventListener("click", () => (this.#open ? this.close() : this.open()));
      node.addEventListener("focus", () => { if (node.matches(":focus-visible")) pin(node, { outline: `2px solid ${FIRSTLINE.accent}`, "outline-offset": "3px" }); });
      node.addEventListener("blur", () => pin(node, { outline: "none" }));
      node.addEventListener("pointerenter", () => pin(node, { transform: "scale(1.04)" }));
      node.addEventListener("pointerleave", () => pin(node, { transform: "none" }));
      shadow.append(node);
      this.#badge = badge;
      this.#path = path;
      this.#label(node, path, 0);
      return node;
    }

    #label(node, path, unread) {
      path.setAttribute("d", this.#open ? ICON_CLOSE : ICON_CHAT);
      node.setAttribute("aria-expanded", String(this.#open));
      const news = unread ? `, ${unread} new message${unread === 1 ? "" : "s"}` : "";
      node.setAttribute("aria-label", this.#open ? "Close chat" : `Open chat${news}`);
      pin(this.#badge, { display: unread && !this.#open ? "block" : "none" });
    }

    #layout() {
      const full = this.#narrow.matches;
      if (this.#button) {
        this.#label(this.#button, this.#path, this.#unread);
        pin(this.#button, { display: this.#open && full ? "none" : "grid" });
      }
      if (!this.#frame) return;
      const place = full
        ? { inset: "0px", width: "100%", height: "100%", "border-radius": "0px", border: "0px none", "box-shadow": "none" }
        : { inset: "auto 20px 88px auto", width: "400px", height: "min(680px, 85vh, calc(100vh - 104px))", "border-radius": "16px", border: "1px solid rgb(128 138 148 / 35%)", "box-shadow": "0 4px 12px rgb(16 24 32 / 12%), 0 20px 48px rgb(16 24 32 / 22%)" };
      pin(this.#frame, { position: "fixed", "max-width": "none", "max-height": "none", "min-width": "0px", "min-height": "0px", margin: "0px", padding: "0px", "box-sizing": "border-box", "background-color": "Canvas", "color-scheme": "light dark", visibility: "visible", opacity: "1", display: this.#open ? "block" : "none", ...place });
      this.#tell("resize");
    }

    #tell(type) {
      if (this.#ready) this.#frame.contentWindow.postMessage({ firstline: { type, full: this.#narrow.matches, focus: this.#focusOnReady } }, chatOrigin);
    }

    #heard(event) {
      if (event.origin !== chatOrigin || event.source !== this.#frame?.contentWindow) return;
      const { type, count, url } = event.data?.firstline ?? {};
      if (type === "ready") {
        this.#ready = true;
        if (this.#open) this.#tell("open");
      } else if (type === "close") this.close();
      else if (type === "unread") {
        this.#unread = Number(count) || 0;
        this.#layout();
      } else if (type === "visit" && chatOrigin === location.origin && new URL(url).origin === chatOrigin) {
        location.assign(url);
      }
    }
  }

  function pin(node, styles) {
    for (const [name, value] of Object.entries(styles)) node.style.setProperty(name, value, "important");
  }

  function stored() {
    try {
      return sessionStorage.getItem(OPEN);
    } catch {
      return null;
    }
  }

  function keep(value) {
    try {
      sessionStorage.setItem(OPEN, value);
    } catch {
      // Without storage the chat starts closed on the next page.
    }
  }

  if (!customElements.get("firstline-chat")) customElements.define("firstline-chat", FirstlineChat);
  const place = () => {
    if (!document.querySelector("firstline-chat")) document.documentElement.append(document.createElement("firstline-chat"));
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", place);
  else place();
})();
