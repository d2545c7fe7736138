import { createClient } from "@consigne/sdk";

/** No form can send it; with our own origin it makes the session count. */
export const SESSION_HEADER = { "consigne-session": "1" } as const;

/** The public API by the library that everybody may use. In place of a key there is the session of the browser. */
export const client = createClient({
  url: location.origin,
  retries: 2,
  timeoutMs: 30_000,
  // A person looks at a page that waits: longer locks are told instead.
  pacing: { maxWaitMs: 5000 },
  fetch: (input, init) => {
    const headers = new Headers(init?.headers);
    for (const [name, value] of Object.entries(SESSION_HEADER)) headers.set(name, value);
    return fetch(input, { ...init, headers });
  },
});
