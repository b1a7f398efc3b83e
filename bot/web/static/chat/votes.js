// "Did this help?", under the last answer only.

import { withoutCards } from "./cards.js";
import { button, make } from "./messages.js";

export class Votes {
  /** `send(turnId, helpful, comment)` keeps a vote; `done()` follows a comment. */
  constructor(place, send, done) {
    this.place = place;
    this.send = send;
    this.done = done;
    this.voted = new Set();
  }

  /** Asks about the turn, if it is an answer that has no vote yet. */
  ask(turn) {
    const asked = turn?.decision === "answer" && turn.turn_id ? turn.turn_id : "";
    if (this.place.dataset.turn === asked) return;
    this.place.dataset.turn = asked;
    this.place.replaceChildren();
    if (!asked || this.voted.has(asked)) return;
    const row = make("div", "thumbs");
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", "Did this answer help?");
    row.append(make("span", "", "Did this help?"), this.#thumb("Yes", true, asked), this.#thumb("No", false, asked));
    this.place.append(row);
  }

  clear() {
    this.voted.clear();
  }

  #thumb(label, helpful, turnId) {
    return button(label, "thumb", () => this.#vote(turnId, helpful));
  }

  async #vote(turnId, helpful) {
    this.voted.add(turnId);
    const said = make("p", "small", helpful ? "Thank you." : "Thank you for telling us.");
    said.setAttribute("role", "status");
    this.place.replaceChildren(said);
    if (!helpful) this.place.append(this.#why(turnId));
    try {
      await this.send(turnId, helpful);
    } catch {
      said.textContent = "We couldn't store that. It doesn't change anything for you.";
    }
  }

  #why(turnId) {
    const form = make("form", "why-form");
    const label = make("label", "small", "What was missing? (optional)");
    const field = make("input");
    field.id = "why";
    field.maxLength = 500;
    label.htmlFor = "why";
    form.append(label, field, make("button", "link", "Send"));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const comment = withoutCards(field.value.trim()).text;
      form.replaceWith(make("p", "small", "Noted."));
      if (comment) await this.send(turnId, false, comment).catch(() => {});
      this.done();
    });
    return form;
  }
}
