// Nobody is missed: a sound and a notification for a new, urgent or overdue ticket, if wanted.

const KEY = "firstline-alerts";

export class Alerts {
  /** `button` switches them; `say(text)` tells them to a screen reader as well. */
  constructor(button, say) {
    this.button = button;
    this.say = say;
    this.known = null;
    this.audio = null;
    this.on = read() === "on";
    this.#show();
    button?.addEventListener("click", () => this.#switch());
  }

  /** Compares the queue with what was seen before, and tells of what is new. */
  look(root) {
    const rows = [...root.querySelectorAll("[data-ticket]")].filter((row) => row.dataset.state === "waiting");
    const now = new Map(rows.map((row) => [row.dataset.ticket, rank(row)]));
    const before = this.known;
    this.known = now;
    document.title = document.title.replace(/^\(\d+\) /, "");
    if (now.size) document.title = `(${now.size}) ${document.title}`;
    if (!before) return;
    const news = rows.filter((row) => rank(row) > (before.get(row.dataset.ticket) ?? -1));
    if (!news.length) return;
    const text = news.map((row) => told(row)).join(" ");
    this.say(text);
    if (!this.on) return;
    this.#beep(news.some((row) => rank(row) > 0) ? 3 : 1);
    this.#notify(text, news[0].href);
  }

  async #switch() {
    this.on = !this.on;
    write(this.on ? "on" : "off");
    this.#show();
    if (!this.on) return;
    this.#beep(1);
    if ("Notification" in window && Notification.permission === "default") await Notification.requestPermission();
    this.#show();
  }

  #show() {
    if (!this.button) return;
    this.button.setAttribute("aria-pressed", String(this.on));
    const blocked = this.on && "Notification" in window && Notification.permission === "denied";
    this.button.textContent = this.on ? (blocked ? "Alerts: sound only" : "Alerts on") : "Alert me";
    this.button.title = blocked ? "The browser blocks notifications of this page." : "A sound and a notification for new, urgent and overdue tickets";
  }

  #beep(times) {
    try {
      this.audio ??= new AudioContext();
      for (let i = 0; i < times; i += 1) {
        const tone = this.audio.createOscillator();
        const volume = this.audio.createGain();
        const at = this.audio.currentTime + i * 0.25;
        tone.frequency.value = 660 + i * 110;
        volume.gain.setValueAtTime(0.12, at);
        volume.gain.exponentialRampToValueAtTime(0.001, at + 0.2);
        tone.connect(volume).connect(this.audio.destination);
        tone.start(at);
        tone.stop(at + 0.2);
      }
    } catch {
      // without sound the notification and the title still tell
    }
  }

  #notify(text, url) {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    const note = new Notification("Inbox", { body: text, tag: "firstline-inbox", requireInteraction: false });
    note.addEventListener("click", () => { window.focus(); location.assign(url); });
  }
}

/** 0 for a new ticket, 1 for an urgent one, 2 for an overdue one. */
function rank(row) {
  if (row.hasAttribute("data-overdue")) return 2;
  return row.hasAttribute("data-urgent") ? 1 : 0;
}

/** No words of the customer: a notification is shown on a locked screen, too. */
function told(row) {
  const kind = ["New ticket", "Urgent ticket", "Overdue ticket"][rank(row)];
  return `${kind} ${row.dataset.ticket}.`;
}

function read() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function write(value) {
  try {
    localStorage.setItem(KEY, value);
  } catch {
    // it then holds until the page is left
  }
}
