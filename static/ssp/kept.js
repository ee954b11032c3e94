// How does what an officer logs reach the server from a place without a signal?
//
// The entry waits in this browser's storage and is sent when there is a connection again. It has choices and numbers alone, never a
// child's data: the form has no field for any. Its "press" makes it count once however often it is sent.
import { background } from "./background.js";

const STORE = "ssp-kept-activities";
const MOST = 100;
const NEVER = ["csrfmiddlewaretoken"];

/**
 * Let forms with data-kept-form wait without a signal; send what waits, on every page of somebody signed in.
 *
 * A [data-kept-status] in the form is told what became of it; a [data-kept-list] shows what waits for its data-keeper. The page to sign out
 * says when something would be lost.
 *
 * @param {ParentNode} root
 */
export function keepEntries(root) {
  for (const form of root.querySelectorAll("form[data-kept-form]")) {
    form.addEventListener("submit", (event) => submitted(event, form));
  }
  const again = () => sendAll(root);
  window.addEventListener("online", again);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && again());
  show(root);
  again();
}

function read() {
  try {
    const found = JSON.parse(localStorage.getItem(STORE) ?? "[]");
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

function write(entries) {
  localStorage.setItem(STORE, JSON.stringify(entries));
}

function forget(press) {
  write(read().filter((each) => each.press !== press));
}

async function submitted(event, form) {
  if (event.defaultPrevented) {
    return;
  }
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  const entry = entryOf(form, data);
  let answer;
  try {
    answer = await post(entry.url, data);
  } catch {
    keep(form, entry);
    return;
  }
  if (answer.ok && !answer.redirected) {
    const said = await answer.json();
    window.location.assign(said.url);
    return;
  }
  if (answer.redirected || answer.status >= 500) {
    // Signed out meanwhile, or the service is away: it waits, and is sent after.
    keep(form, entry);
    if (answer.redirected) {
      window.location.assign(answer.url);
    }
    return;
  }
  // The server has something to say about it: the page with its words, by an ordinary post of the same press.
  restore(form, event.submitter);
  form.submit();
}

function restore(form, submitter) {
  if (submitter?.name) {
    const hidden = document.createElement("input");
    hidden.type = "hidden";
    hidden.name = submitter.name;
    hidden.value = submitter.value;
    form.append(hidden);
  }
}

function entryOf(form, data) {
  const fields = [...data.entries()].filter(([name]) => !NEVER.includes(name));
  const kind = form.querySelector("select[name=kind]");
  return {
    url: window.location.pathname,
    press: data.get("press"),
    keeper: data.get("keeper"),
    what: kind?.selectedOptions[0]?.textContent.trim() ?? "",
    fields,
  };
}

function keep(form, entry) {
  const status = form.querySelector("[data-kept-status]");
  const others = read().filter((each) => each.press !== entry.press);
  if (others.length >= MOST) {
    status.textContent = `${MOST} entries wait on this phone already. Nothing was lost: send those first.`;
    return;
  }
  try {
    write([...others, entry]);
  } catch {
    status.textContent = "There is no signal, and this phone could not keep the entry. Leave this page open and save again later.";
    return;
  }
  form.reset(); // what was typed waits; saved again, it would count twice
  for (const press of form.querySelectorAll("input[name=press]")) {
    press.value = crypto.randomUUID();
  }
  status.textContent = "There is no signal. The entry waits on this phone and is sent once when you are back.";
  show(document);
}

let sending = false;

/** Send what waits, one after the other; what the server refuses stays, with its words, until somebody looks at it. */
async function sendAll(root) {
  const token = root.querySelector("input[name=csrfmiddlewaretoken]")?.value;
  if (sending || !token || !read().length) {
    return;
  }
  sending = true;
  try {
    for (const entry of read().filter((each) => !each.problems)) {
      await sendOne(entry, token);
    }
  } catch {
    // Still out of reach, or signed out: it is tried again on the next page, or when the connection is back.
  } finally {
    sending = false;
    show(root);
  }
}

async function sendOne(entry, token) {
  const data = new FormData();
  for (const [name, value] of entry.fields) {
    data.append(name, value);
  }
  data.append("csrfmiddlewaretoken", token);
  const answer = await post(entry.url, data, background);
  if (answer.ok && !answer.redirected) {
    forget(entry.press);
    return;
  }
  if (answer.status === 422) {
    const { problems } = await answer.json();
    write(read().map((each) => (each.press === entry.press ? { ...each, problems } : each)));
  }
}

function post(url, body, send = fetch) {
  return send(url, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin" });
}

function show(root) {
  const waiting = read();
  for (const list of root.querySelectorAll("[data-kept-list]")) {
    const mine = waiting.filter((each) => each.keeper === list.dataset.keeper);
    list.replaceChildren(...(mine.length ? [heading(mine.length), items(mine, root)] : []));
  }
  for (const warning of root.querySelectorAll("[data-kept-warning]")) {
    warning.hidden = !waiting.length;
  }
}

function heading(number) {
  const text = document.createElement("h2");
  text.className = "govuk-heading-s";
  text.textContent = number === 1 ? "1 entry waits on this phone" : `${number} entries wait on this phone`;
  return text;
}

function items(entries, root) {
  const list = document.createElement("ul");
  list.className = "govuk-list govuk-list--bullet";
  for (const entry of entries) {
    const item = document.createElement("li");
    item.textContent = `${entry.what}${entry.problems ? `. Not taken: ${entry.problems.join(" ")}` : ""} `;
    if (entry.problems) {
      item.append(button("Change it", entry, () => reopen(entry, root)), " ", button("Throw it away", entry, () => drop(entry, root)));
    }
    list.append(item);
  }
  return list;
}

function button(words, entry, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "govuk-button govuk-button--secondary govuk-!-margin-bottom-1";
  made.textContent = words;
  made.setAttribute("aria-label", `${words}: ${entry.what}`);
  made.addEventListener("click", act);
  return made;
}

function drop(entry, root) {
  forget(entry.press);
  show(root);
}

/** Put a refused entry back into the form, to be changed and saved. */
function reopen(entry, root) {
  const form = root.querySelector("form[data-kept-form]");
  if (!form) {
    window.location.assign(entry.url);
    return;
  }
  const typed = new Map(entry.fields);
  for (const input of form.elements) {
    if (NEVER.includes(input.name) || !input.name || input.type === "submit") {
      continue;
    }
    if (input.type === "radio" || input.type === "checkbox") {
      input.checked = typed.get(input.name) === input.value;
    } else {
      input.value = typed.get(input.name) ?? "";
    }
  }
  for (const details of form.querySelectorAll("details")) {
    details.open = true;
  }
  drop(entry, root);
  form.querySelector("input, select")?.focus();
  form.scrollIntoView();
}
