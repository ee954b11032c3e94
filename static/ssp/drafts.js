// How is what a person types kept before they press the button?
//
// Drafts go to the server and nowhere else: a child's data must not stay in a browser's storage.
import { background } from "./background.js";

const PAUSE = 2000;

/**
 * Post each form that has data-draft-url to that address when typing pauses.
 *
 * A [data-draft-status] inside the form is told "Draft saved" or that it could not be saved.
 *
 * @param {ParentNode} root
 */
export function keepDrafts(root) {
  for (const form of root.querySelectorAll("form[data-draft-url]")) {
    new Draft(form).start();
  }
}

class Draft {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[data-draft-status]");
    this.timer = null;
    this.dirty = false;
  }

  start() {
    this.form.addEventListener("input", () => this.later());
    this.form.addEventListener("submit", () => this.stop());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") {
        this.save();
      }
    });
  }

  later() {
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  stop() {
    clearTimeout(this.timer);
    this.dirty = false;
  }

  async save() {
    if (!this.dirty) {
      return;
    }
    this.stop();
    try {
      const answer = await background(this.form.dataset.draftUrl, {
        method: "POST",
        body: this.withoutSecrets(),
        // Lets the request outlive a page that is being left; browsers allow it 64 kB.
        keepalive: document.visibilityState === "hidden",
        redirect: "error",
      });
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      this.tell(`Draft saved at ${new Date().toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit" })}`);
    } catch {
      this.dirty = true;
      this.tell("Draft not saved. Check your connection; we will try again as you type.");
    }
  }

  withoutSecrets() {
    const data = new FormData(this.form);
    for (const input of this.form.querySelectorAll("input[type=password], input[type=file]")) {
      data.delete(input.name);
    }
    return data;
  }

  tell(text) {
    if (this.status) {
      this.status.textContent = text;
    }
  }
}
