// What the customer can do while nobody is there, and at the end: leave contact details, say whether
// it is solved, rate it once. Every step can be skipped.

import { withoutCards } from "./cards.js";
import { button, make } from "./messages.js";

const MARKS = ["Very bad", "Bad", "So-so", "Good", "Very good"];

export class Aftercare {
  /** `call`: `{contact(body), eraseContact(), solved(yes), rate(score, comment)}`, each a promise. */
  constructor(place, memory, call) {
    this.place = place;
    this.memory = memory;
    this.call = call;
    this.shown = "";
  }

  /** Shows what fits: `{state, asksContact, asksRating}`. */
  show({ state, asksContact, asksRating }) {
    const wanted = state === "resolved" && asksRating ? "rating" : state === "waiting" && asksContact ? "contact" : "";
    if (this.shown === wanted) return;
    if (this.shown === "solved" && !wanted && state === "open") return;
    this.shown = wanted;
    this.place.replaceChildren();
    if (wanted === "rating") this.#rating();
    if (wanted === "contact") this.#contact();
  }

  /** After a helpful answer: is that all? */
  askSolved() {
    this.shown = "solved";
    const row = make("div", "thumbs");
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", "Did that solve it?");
    row.append(
      make("span", "", "Did that solve it?"),
      button("Yes, that's all", "thumb", () => this.#solved(true)),
      button("Not yet", "thumb", () => this.#solved(false)),
    );
    this.place.replaceChildren(row);
  }

  clear() {
    this.shown = "";
    this.place.replaceChildren();
  }

  async #solved(yes) {
    this.clear();
    try {
      await this.call.solved(yes);
      if (!yes) this.#said("Tell us what is missing, or choose “Talk to a person”.");
    } catch {
      this.#said("We couldn't store that. It doesn't change anything for you.");
    }
  }

  #contact() {
    if (this.memory.get("contact")) {
      this.#kept();
      return;
    }
    const form = make("form", "contact-form");
    form.setAttribute("aria-label", "How can we reach you?");
    form.append(make("p", "form-title", "You needn't wait here: leave how we can reach you."));
    const email = field(form, "E-mail address", "email", "email");
    const phone = field(form, "Phone number", "tel", "tel");
    const name = field(form, "Your name (optional)", "text", "name");
    const error = make("p", "form-error");
    error.setAttribute("role", "alert");
    form.append(error, make("button", "thumb strong", "Leave it"), make("p", "small", "Kept sealed, apart from this chat. Only the person who takes over sees it."));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const body = Object.fromEntries(Object.entries({ email: email.value.trim(), phone: phone.value.trim(), name: name.value.trim() }).filter(([, value]) => value));
      if (!body.email && !body.phone) {
        error.textContent = "Write an e-mail address or a phone number.";
        email.focus();
        return;
      }
      try {
        await this.call.contact(body);
        this.memory.set({ contact: true });
        this.#kept();
      } catch (problem) {
        error.textContent = problem.kind === "refused" ? "Check the address and the number; one of them can't be right." : "That wasn't kept. Please try again.";
      }
    });
    this.place.replaceChildren(form);
  }

  #kept() {
    const line = make("p", "small", "We have how to reach you. ");
    line.setAttribute("role", "status");
    line.append(button("Remove it", "link", async () => {
      await this.call.eraseContact().then(() => {
        this.memory.set({ contact: false });
        this.#contact();
      }, () => { line.append(" That didn't work; please try again."); });
    }));
    this.place.replaceChildren(line);
  }

  #rating() {
    const form = make("form", "rating-form");
    const choices = make("fieldset", "marks");
    choices.append(make("legend", "form-title", "How was it?"));
    MARKS.forEach((words, i) => {
      const label = make("label", "mark-choice");
      const mark = make("input");
      mark.type = "radio";
      mark.name = "score";
      mark.value = String(i + 1);
      mark.required = true;
      label.append(mark, make("span", "mark-number", String(i + 1)), make("span", "unseen", words));
      label.title = words;
      choices.append(label);
    });
    const scale = make("p", "small scale", "1 is very bad, 5 is very good.");
    const comment = field(form, "What should we know? (optional)", "text", "off");
    comment.maxLength = 500;
    form.prepend(choices, scale);
    const error = make("p", "form-error");
    error.setAttribute("role", "alert");
    const row = make("div", "thumbs");
    row.append(make("button", "thumb strong", "Send rating"), button("Skip", "link", () => this.#said("")));
    form.append(error, row);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const score = Number(new FormData(form).get("score"));
      if (!score) return;
      try {
        await this.call.rate(score, withoutCards(comment.value.trim()).text);
        this.#said("Thank you for the rating.");
      } catch {
        error.textContent = "That wasn't kept. Please try again.";
      }
    });
    this.place.replaceChildren(form);
  }

  #said(text) {
    const line = make("p", "small", text);
    line.setAttribute("role", "status");
    this.place.replaceChildren(line);
  }
}

let fields = 0;

function field(form, words, type, autocomplete) {
  fields += 1;
  const label = make("label", "small", words);
  const input = make("input");
  input.type = type;
  input.id = `aftercare-${fields}`;
  input.autocomplete = autocomplete;
  input.maxLength = 254;
  label.htmlFor = input.id;
  form.append(label, input);
  return input;
}
