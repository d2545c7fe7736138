/** A key, or where it comes from: a function is asked before each attempt of a call, so that a key may change. */
export type ApiKey = string | (() => string | undefined | Promise<string | undefined>);

/** The key of a client. */
export interface KeySource {
  /** Rejects with whatever the function of the caller throws. */
  current(): Promise<string | undefined>;
  /** False: there never is one. */
  hasKey: boolean;
  /** By which clients of one process know that they have the same key. */
  identity: string | undefined;
}

/** No header can carry these. */
// oxlint-disable-next-line no-control-regex -- these are just what is looked for
const UNFIT = /[\u0000-\u001f\u007f]|[^\u0000-\u00ff]/;

/** @throws {TypeError} no header can carry the key */
export function keySource(apiKey: ApiKey | undefined): KeySource {
  if (typeof apiKey !== "function") {
    const key = usable(apiKey);
    return { current: async () => key, hasKey: key !== undefined, identity: key };
  }
  // Whose key it will be nobody knows, so nothing is shared with other clients.
  const identity = `function ${Math.random()}`;
  return { current: async () => usable(await apiKey()), hasKey: true, identity };
}

function usable(apiKey: string | undefined): string | undefined {
  const key = apiKey?.trim();
  if (key !== undefined && UNFIT.test(key)) throw new TypeError("The API key contains a character that no key has.");
  return key === "" ? undefined : key;
}
