// Where the customer writes: the field, its counter, the hint above it.

import { withoutCards } from "./cards.js";

const LONGEST = 4000;
const COUNT_FROM = 3600;

export class Composer {
  /** `parts`: `{form, field, counter, send, hint}`; `submit(text)` takes what is written. */
  constructor(parts, brand, submit) {
    Object.assign(this, parts);
    this.brand = brand;
    this.submit = submit;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.field.value.trim() && this.take(this.field.value)) this.field.value = "";
      this.#count();
      this.focus();
    });
    this.field.addEventListener("input", () => this.#count());
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.form.requestSubmit();
    });
    this.#count();
  }

  /** Submits a text without card numbers; false when it is too long. */
  take(raw) {
    const { text, removed } = withoutCards(raw.trim());
    if (!text) return true;
    if (text.length > LONGEST) {
      this.say(`This is ${text.length - LONGEST} characters too long. Please shorten it or send it in two parts.`);
      return false;
    }
    this.say(removed ? `Card number removed before sending. ${this.brand ? `Nobody at ${this.brand}` : "None of us"} will ask for it in chat. Just say in words what happened.` : "");
    this.submit(text);
    return true;
  }

  say(text) {
    this.hint.textContent = text;
  }

  focus() {
    this.field.focus();
  }

  #count() {
    const left = LONGEST - this.field.value.length;
    this.counter.hidden = this.field.value.length < COUNT_FROM;
    this.counter.textContent = left >= 0 ? `${left} characters left` : `${-left} characters too many`;
    this.counter.classList.toggle("over", left < 0);
    this.send.setAttribute("aria-disabled", String(!this.field.value.trim() || left < 0));
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
  }
}
