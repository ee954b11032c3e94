// How does a person clear a child's data off the screen at once?

const PRESSES = 3;
const WITHIN = 2000;

/**
 * Leave the page at once on its hide link or on pressing Escape three times.
 *
 * @param {ParentNode} root
 */
export function watchHideKey(root) {
  const link = root.querySelector("a[data-ssp-hide]");
  if (!link) {
    return;
  }
  let presses = [];
  link.addEventListener("click", (event) => {
    event.preventDefault();
    hide(link.href);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) {
      return;
    }
    const now = Date.now();
    presses = [...presses.filter((at) => now - at < WITHIN), now];
    if (presses.length >= PRESSES) {
      hide(link.href);
    }
  });
}

function hide(url) {
  document.title = "Safer School Partnerships";
  document.body.replaceChildren();
  window.location.replace(url);
}
