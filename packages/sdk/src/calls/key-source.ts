/** A key, or a function that is called before each attempt of a call, so that the key may change. */
export type ApiKey = string | (() => string | undefined | Promise<string | undefined>);

/** The key of a client. */
export interface KeySource {
  /** Rejects with whatever the caller's function throws. */
  current(): Promise<string | undefined>;
  /** False if there is never a key. */
  hasKey: boolean;
  /** Tells clients of one process whether they have the same key. */
  identity: string | undefined;
}

/** Characters that no header can contain. */
// oxlint-disable-next-line no-control-regex -- these are just what is looked for
const UNFIT = /[\u0000-\u001f\u007f]|[^\u0000-\u00ff]/;

/** @throws {TypeError} the key cannot be sent in a header */
export function keySource(apiKey: ApiKey | undefined): KeySource {
  if (typeof apiKey !== "function") {
    const key = usable(apiKey);
    return { current: async () => key, hasKey: key !== undefined, identity: key };
  }
  // Nobody knows whose key it will be, so nothing is shared with other clients.
  const identity = `function ${Math.random()}`;
  return { current: async () => usable(await apiKey()), hasKey: true, identity };
}

function usable(apiKey: string | undefined): string | undefined {
  const key = apiKey?.trim();
  if (key !== undefined && UNFIT.test(key))
    throw new TypeError("The API key contains a character that is not allowed in a key.");
  return key === "" ? undefined : key;
}
