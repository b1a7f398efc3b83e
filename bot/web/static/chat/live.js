// Follows the conversation: comes back by itself after every break, and misses nothing, because the
// server replays what came after the last event seen.

import { events } from "./events.js";

const FIRST_MS = 500;
const SLOWEST_MS = 30000;
const SILENT_MS = 40000; // the server makes a sign of life every 15 seconds
const QUIET_ENDS = 2; // breaks that nobody needs to hear of

export class Live {
  /** `on`: `{resumed(), turn(turn, place), state(state), lost(), gone()}`; `resumed` reads the whole. */
  constructor(client, on) {
    this.client = client;
    this.on = on;
    this.last = "";
    this.stopping = null;
    this.hurry = () => {};
  }

  /** Starts, unless it runs. */
  follow() {
    if (this.stopping) return;
    this.stopping = new AbortController();
    this.#run(this.stopping.signal);
  }

  /** Rests; `follow` goes on where it was. */
  stop() {
    this.stopping?.abort();
    this.stopping = null;
  }

  /** Another conversation. */
  forget() {
    this.stop();
    this.last = "";
  }

  /** Tries at once, where it waits to try again. */
  now() {
    this.hurry();
  }

  async #run(signal) {
    let wait = FIRST_MS;
    let breaks = 0;
    while (!signal.aborted) {
      try {
        await this.#read(signal, () => {
          wait = FIRST_MS;
          breaks = 0;
        });
      } catch (error) {
        if (signal.aborted) return;
        if (error.kind === "gone") {
          this.stopping = null;
          this.on.gone();
          return;
        }
        breaks += 1;
        if (breaks > QUIET_ENDS) this.on.lost();
      }
      await this.#pause(wait * (0.5 + Math.random() / 2));
      wait = Math.min(wait * 2, SLOWEST_MS);
    }
  }

  async #read(signal, alive) {
    const ended = new AbortController();
    const end = () => ended.abort();
    signal.addEventListener("abort", end);
    let watchdog = setTimeout(end, SILENT_MS);
    const beat = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(end, SILENT_MS);
    };
    let first = true;
    try {
      const response = await this.client.events(this.last, ended.signal);
      for await (const { name, id, data } of events(response, beat)) {
        if (signal.aborted) return;
        alive();
        const fresh = first && !this.last;
        first = false;
        if (name === "turn") this.on.turn(data, Number(id));
        if (name === "state") this.on.state(data);
        if (name === "state" && fresh) await this.on.resumed();
        if (id) this.last = id;
      }
    } finally {
      clearTimeout(watchdog);
      signal.removeEventListener("abort", end);
    }
  }

  #pause(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
