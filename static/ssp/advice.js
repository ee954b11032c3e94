// What does the guide suggest of the answers so far? Asked of the server while somebody ticks; without a script, by a button.
import { background } from "./background.js";

const PAUSE = 400;

/**
 * Post each form that has data-advice-url to that address when an answer changes, and put the fragment into its [data-advice].
 *
 * @param {ParentNode} root
 */
export function watchAdvice(root) {
  for (const form of root.querySelectorAll("form[data-advice-url]")) {
    watch(form, form.querySelector("[data-advice]"));
  }
}

function watch(form, place) {
  let timer = null;
  let asked = 0;
  const ask = async () => {
    const number = ++asked;
    try {
      const answer = await background(form.dataset.adviceUrl, { method: "POST", body: new FormData(form), redirect: "error" });
      const text = answer.ok ? await answer.text() : null;
      // An answer that comes late must not cover a newer one.
      if (text !== null && number === asked) {
        place.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
      }
    } catch {
      // What was shown stays; the advice is worked out again when the decision is saved.
    }
  };
  form.addEventListener("change", (event) => {
    if (event.target.matches("input[type=radio], input[name=kinds]")) {
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE);
    }
  });
}
