// Talks with the page that embeds the chat, by messages to and from exactly one origin.

export class Host {
  /** `on`: `{opened(full, focus), closed(), resized(full)}`; outside a frame nothing ever happens. */
  constructor(allowed, on) {
    const wanted = new URLSearchParams(location.search).get("host") ?? "";
    const known = [location.origin, ...allowed];
    this.origin = window.parent !== window && (known.includes(wanted) || known.includes("*")) ? wanted : null;
    this.sameSite = this.origin === location.origin;
    if (!this.origin) return;
    window.addEventListener("message", (event) => {
      if (event.source !== window.parent || event.origin !== this.origin) return;
      const { type, full, focus } = event.data?.firstline ?? {};
      if (type === "open") on.opened(Boolean(full), Boolean(focus));
      if (type === "close") on.closed();
      if (type === "resize") on.resized(Boolean(full));
    });
    this.tell("ready");
  }

  get embedded() {
    return Boolean(this.origin);
  }

  tell(type, more = {}) {
    if (this.origin) window.parent.postMessage({ firstline: { type, ...more } }, this.origin);
  }
}
