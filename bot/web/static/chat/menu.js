// The menu in the chat's head, and the keys that leave it or stay inside the chat.

export class Menu {
  /** `leave()` follows Escape while the menu is closed. */
  constructor(root, list, opener, leave) {
    this.root = root;
    this.list = list;
    this.opener = opener;
    opener.addEventListener("click", () => this.show(list.hidden));
    document.addEventListener("click", ({ target }) => {
      if (!list.contains(target) && !opener.contains(target)) this.show(false);
    });
    document.addEventListener("keydown", (event) => {
      this.#keepInside(event);
      if (event.key !== "Escape") return;
      if (list.hidden) leave();
      else {
        this.show(false);
        opener.focus();
      }
    });
  }

  show(open) {
    this.list.hidden = !open;
    this.opener.setAttribute("aria-expanded", String(open));
    if (open) this.list.querySelector("button").focus();
  }

  /** In full screen the page behind can't be seen, so Tab stays inside. */
  #keepInside(event) {
    if (event.key !== "Tab" || !this.root.classList.contains("full")) return;
    const stops = [...this.root.querySelectorAll("a[href], button, textarea, input, [tabindex='0']")].filter((node) => node.offsetParent && !node.disabled);
    const [first, last] = [stops[0], stops[stops.length - 1]];
    const leaving = event.shiftKey ? document.activeElement === first : document.activeElement === last;
    if (!leaving) return;
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  }
}
