import { createClient } from "@consigne/sdk";

/** Forms cannot send it; together with our own origin it makes the session count. */
export const SESSION_HEADER = { "consigne-session": "1" } as const;

/** The public API, through the public library. The browser's session replaces a key. */
export const client = createClient({
  url: location.origin,
  retries: 2,
  timeoutMs: 30_000,
  // A person is waiting in front of the page: longer locks are shown instead.
  pacing: { maxWaitMs: 5000 },
  fetch: (input, init) => {
    const headers = new Headers(init?.headers);
    for (const [name, value] of Object.entries(SESSION_HEADER)) headers.set(name, value);
    return fetch(input, { ...init, headers });
  },
});
