import type { ByteContext } from "../byte-context.ts";
import { fileAsked } from "../resources/place-address.ts";

export interface DirectLinkOptions {
  /** Password of the link, if it has one. */
  password?: string | undefined;
  /** Browsers show the file instead of saving it, if the server considers its type harmless. */
  inline?: boolean | undefined;
  /** The direct link serves one stream at a time. */
  single?: boolean | undefined;
  /** An older version of one of your files, by its id, in place of the current bytes. */
  version?: number | undefined;
}

/**
 * Direct links to one file. They expire: on 1fichier.com the first use must be within five minutes, the last within
 * thirty. All connections of a download share one, because each costs an API call, unless they are single.
 */
export class DirectLinks {
  readonly #context: ByteContext;
  readonly #url: string;
  readonly #options: DirectLinkOptions;
  readonly #signal: AbortSignal | undefined;
  #current: Promise<string> | undefined;

  constructor(context: ByteContext, url: string, options: DirectLinkOptions, signal: AbortSignal | undefined) {
    this.#context = context;
    this.#url = url;
    this.#options = options;
    this.#signal = signal;
  }

  /** The link in use, or the first one. @throws {ApiError} the file is gone, or not accessible to the caller */
  current(): Promise<string> {
    this.#current ??= this.#ask();
    return this.#current;
  }

  /** A new link in place of one that was refused; connections that were refused together get the same one. */
  async replace(refused: string): Promise<string> {
    if ((await this.current()) === refused) this.#current = undefined;
    return this.current();
  }

  /** For one more connection: the same links, or links of its own if they are single. */
  forConnection(): DirectLinks {
    return this.#options.single === true
      ? new DirectLinks(this.#context, this.#url, this.#options, this.#signal)
      : this;
  }

  async #ask(): Promise<string> {
    const { password, inline, single, version } = this.#options;
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
