// How does a page show work that is still going on, without a reload?
import { background } from "./background.js";

const SLOWEST = 30000;

/**
 * Ask data-poll-url again and again and put its fragment in place, until a fragment carries data-done.
 *
 * data-poll-seconds: the pause between questions (2 when absent). Give the element aria-live="polite".
 *
 * @param {ParentNode} root
 */
export function watchStatus(root) {
  for (const element of root.querySelectorAll("[data-poll-url]")) {
    watch(element);
  }
}

function watch(element) {
  const pause = Number(element.dataset.pollSeconds || 2) * 1000;
  if (isDone(element)) {
    return;
  }
  let shown = element.innerHTML.trim();
  let wait = pause;
  const ask = async () => {
    const text = await fragment(element.dataset.pollUrl);
    if (text === null) {
      return;
    }
    // Swapped only when it changed: a live region is read out each time.
    if (text !== undefined && text.trim() !== shown) {
      shown = text.trim();
      element.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
      wait = pause;
    } else {
      wait = Math.min(wait * (text === undefined ? 2 : 1.2), SLOWEST);
    }
    if (!isDone(element)) {
      setTimeout(ask, wait);
    }
  };
  setTimeout(ask, wait);
}

/** @returns {Promise<string|null|undefined>} the fragment; null to stop asking; undefined to ask again later */
async function fragment(url) {
  try {
    const answer = await background(url, { redirect: "manual", headers: { Accept: "text/html" } });
    if (answer.type === "opaqueredirect") {
      return null; // Signed out meanwhile.
    }
    if (answer.ok) {
      return await answer.text();
    }
    return answer.status < 500 && answer.status !== 429 ? null : undefined;
  } catch {
    return undefined;
  }
}

function isDone(element) {
  return element.matches("[data-done]") || element.querySelector("[data-done]") !== null;
}
