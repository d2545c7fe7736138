import type { ByteContext } from "../byte-context.ts";
import { fileAsked } from "../resources/place-address.ts";

export interface LinkWishes {
  /** Of the link, where it has one. */
  password?: string | undefined;
  /** A browser shall show the file and not save it, where the server finds its type harmless. */
  inline?: boolean | undefined;
  /** The direct link serves one stream at a time. */
  single?: boolean | undefined;
  /** An older version of one's own file, by its id, in place of what the file is now. */
  version?: number | undefined;
}

/**
 * Direct links to one file. They end: five minutes until the first use, thirty until the last on 1fichier.com. All
 * connections of a download share one, because each costs a call of the API, unless they are to be single.
 */
export class DirectLinks {
  readonly #context: ByteContext;
  readonly #url: string;
  readonly #wishes: LinkWishes;
  readonly #signal: AbortSignal | undefined;
  #current: Promise<string> | undefined;

  constructor(context: ByteContext, url: string, wishes: LinkWishes, signal: AbortSignal | undefined) {
    this.#context = context;
    this.#url = url;
    this.#wishes = wishes;
    this.#signal = signal;
  }

  /** The one in use, or the first. @throws {ApiError} the file is gone, or not for the caller */
  current(): Promise<string> {
    this.#current ??= this.#ask();
    return this.#current;
  }

  /** A new one in place of one that was refused; connections that were refused together get the same. */
  async replace(refused: string): Promise<string> {
    if ((await this.current()) === refused) this.#current = undefined;
    return this.current();
  }

  /** For one more connection: the same links, or links of its own when they are single. */
  forConnection(): DirectLinks {
    return this.#wishes.single === true ? new DirectLinks(this.#context, this.#url, this.#wishes, this.#signal) : this;
  }

  async #ask(): Promise<string> {
    const { password, inline, single, version } = this.#wishes;
    const options = { signal: this.#signal, retries: this.#context.retries };
    try {
      if (version !== undefined) {
        const asked = { file_id: this.#url, id: version };
        return (await this.#context.caller.call("versionGetToken", asked, options)).url;
      }
      const answer = await this.#context.caller.call(
        "downloadGetToken",
        {
          ...fileAsked(this.#url),
          ...(password === undefined ? {} : { pass: password }),
          ...(inline === true ? { inline: 1 } : {}),
          ...(single === true ? { single: 1 } : {}),
        },
        options,
      );
      return answer.url;
    } catch (error) {
      this.#current = undefined;
      throw error;
    }
  }
}
