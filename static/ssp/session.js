// When does the person learn that the session is about to end, and how do they keep it?

const CHANNEL = "ssp-session";

/**
 * Open the warning dialog shortly before the idle limit, in every open tab alike.
 *
 * @param {ParentNode} root
 */
export function warnBeforeSignOut(root) {
  const dialog = root.querySelector("dialog[data-ssp-session]");
  if (dialog && typeof dialog.showModal === "function") {
    new SessionWarning(dialog).start();
  }
}

class SessionWarning {
  constructor(dialog) {
    this.dialog = dialog;
    this.form = dialog.querySelector("form");
    this.left = dialog.querySelector("[data-ssp-session-left]");
    this.said = dialog.querySelector("[data-ssp-session-said]");
    this.idle = Number(dialog.dataset.idleSeconds) * 1000;
    this.warn = Number(dialog.dataset.warnSeconds) * 1000;
    this.lastSaid = null;
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(CHANNEL) : null;
  }

  start() {
    this.activeAt = Date.now();
    this.channel?.postMessage(this.activeAt);
    this.channel?.addEventListener("message", (event) => this.renewed(Number(event.data)));
    this.form.addEventListener("submit", (event) => this.keep(event));
    // Escape closes a dialog; closing it is a wish to stay.
    this.dialog.addEventListener("cancel", (event) => this.keep(event));
    setInterval(() => this.tick(), 1000);
  }

  renewed(at) {
    this.activeAt = Math.max(this.activeAt, at);
    if (this.dialog.open && this.remaining() > this.warn) {
      this.dialog.close();
    }
  }

  remaining() {
    return this.activeAt + this.idle - Date.now();
  }

  tick() {
    const remaining = this.remaining();
    if (remaining <= 0) {
      window.location.replace(this.dialog.dataset.expiredUrl);
      return;
    }
    if (remaining > this.warn) {
      return;
    }
    if (!this.dialog.open) {
      this.dialog.showModal();
    }
    this.tell(remaining);
  }

  tell(remaining) {
    const text = inWords(remaining);
    this.left.textContent = text;
    // Spoken once a minute, not each second.
    const minute = Math.ceil(remaining / 60000);
    if (minute !== this.lastSaid) {
      this.lastSaid = minute;
      this.said.textContent = `You will be signed out in ${text}.`;
    }
  }

  async keep(event) {
    event.preventDefault();
    try {
      const answer = await fetch(this.form.action, {
        method: "POST",
        body: new FormData(this.form),
        credentials: "same-origin",
        redirect: "manual",
      });
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      this.activeAt = Date.now();
      this.channel?.postMessage(this.activeAt);
      this.dialog.close();
    } catch {
      // Whatever went wrong, an ordinary post shows it.
      this.form.submit();
    }
  }
}

/** @param {number} milliseconds */
function inWords(milliseconds) {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  const amount = seconds > 60 ? Math.ceil(seconds / 60) : seconds;
  const unit = seconds > 60 ? "minute" : "second";
  return `${amount} ${unit}${amount === 1 ? "" : "s"}`;
}
