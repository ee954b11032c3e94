// How does a script ask the server for something that the person did not ask for?

/**
 * Fetch with the session, marked as background work: the server must not count it as the person being active.
 *
 * @param {string} url - an address of this service
 * @param {RequestInit} [options] - as for fetch
 * @returns {Promise<Response>}
 */
export function background(url, options = {}) {
  const headers = new Headers(options.headers);
  headers.set("X-SSP-Background", "1");
  return fetch(url, { credentials: "same-origin", cache: "no-store", ...options, headers });
}
