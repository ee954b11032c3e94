// How does a page ask the browser for a passkey, and hand its answer to the server?

const form = document.querySelector("form[data-passkey]");
const button = document.querySelector("[data-passkey-button]");
const problem = document.querySelector("[data-passkey-problem]");

if (form && button && window.PublicKeyCredential) {
  button.hidden = false;
  button.addEventListener("click", () => run().catch(tell));
}

async function run() {
  problem.textContent = "";
  button.disabled = true;
  try {
    const options = await asked();
    const kind = form.dataset.passkey;
    const credential = kind === "create"
      ? await navigator.credentials.create({ publicKey: creation(options.publicKey) })
      : await navigator.credentials.get({ publicKey: request(options.publicKey) });
    await answer(JSON.stringify(plain(credential)));
  } finally {
    button.disabled = false;
  }
}

/** The challenge: in the page, or fetched so that it is fresh and nobody waits for it who types a password. */
async function asked() {
  if (form.dataset.passkeyUrl) {
    const reply = await fetch(form.dataset.passkeyUrl, { credentials: "same-origin", cache: "no-store" });
    return reply.json();
  }
  return JSON.parse(document.getElementById("passkey-options").textContent);
}

async function answer(credential) {
  form.elements.credential.value = credential;
  if (!form.dataset.passkeyUrl) {
    form.submit();
    return;
  }
  const body = new FormData(form);
  body.delete("password");
  const reply = await fetch(form.dataset.passkeyUrl, { method: "POST", body, credentials: "same-origin" });
  const result = await reply.json();
  if (!reply.ok) {
    throw new Error(result.error);
  }
  window.location.assign(result.location);
}

function tell(error) {
  // The browser's own words for "cancelled or timed out" help nobody.
  const isCancelled = error.name === "NotAllowedError" || error.name === "AbortError";
  problem.textContent = isCancelled ? "No passkey was used. Try again, or use another way." : error.message;
}

function creation(options) {
  return {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials || []).map(descriptor),
  };
}

function request(options) {
  return { ...options, challenge: bytes(options.challenge), allowCredentials: (options.allowCredentials || []).map(descriptor) };
}

function descriptor(credential) {
  return { ...credential, id: bytes(credential.id) };
}

function plain(credential) {
  const response = { clientDataJSON: text(credential.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) {
      response[name] = text(credential.response[name]);
    }
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

function bytes(base64url) {
  const base64 = base64url.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function text(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
