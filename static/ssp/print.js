// What does a "Print this page" button do?

/** @param {ParentNode} root - buttons with data-ssp-print and hidden are shown and print the page */
export function printButtons(root) {
  for (const button of root.querySelectorAll("button[data-ssp-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}
