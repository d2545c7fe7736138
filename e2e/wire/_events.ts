import assert from "node:assert/strict";
import type { TestServer } from "@consigne/testkit";
import { bearer } from "./_wire.ts";

const PATIENCE_MS = 30_000;

/**
 * An event of a stream on one line, such as `folder {"folder_id":7}`, with the id from which the stream can be resumed.
 */
export interface ToldEvent {
  id: string;
  line: string;
}

/** An event stream, as a program reads it. */
export class EventReader implements AsyncDisposable {
  readonly response: Response;
  readonly #texts: AsyncIterator<string>;
  #buffer = "";

  private constructor(response: Response) {
    assert.ok(response.body !== null);
    this.response = response;
    this.#texts = response.body.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  }

  /** @throws {assert.AssertionError} if there is no stream */
  static async open(
    server: Pick<TestServer, "url">,
    key: string,
    { after, headers = {} }: { after?: string; headers?: Record<string, string> } = {},
  ): Promise<EventReader> {
    const query = after === undefined ? "" : `?after=${after}`;
    const response = await fetch(`${server.url}/x/v1/events${query}`, { headers: { ...bearer(key), ...headers } });
    assert.equal(response.status, 200, await (response.ok ? "" : response.text()));
    return new EventReader(response);
  }

  /** The next event; undefined when the stream has ended. */
  async next(): Promise<ToldEvent | undefined> {
    for (;;) {
      const end = this.#buffer.indexOf("\n\n");
      if (end === -1) {
        const more = await this.#read();
        if (more === undefined) return undefined;
        this.#buffer += more;
        continue;
      }
      const block = this.#buffer.slice(0, end);
      this.#buffer = this.#buffer.slice(end + 2);
      const [, id, name, data] = /^id: (\d+)\nevent: (\w+)\ndata: (.+)$/.exec(block) ?? [];
      if (id !== undefined) return { id, line: `${name} ${data}` };
    }
  }

  /** The lines of this many events, in no particular order. */
  async take(count: number): Promise<string[]> {
    const lines: string[] = [];
    for (let at = 0; at < count; at++) lines.push((await this.next())?.line ?? "the end");
    return lines.toSorted();
  }

  async #read(): Promise<string | undefined> {
    const late = AbortSignal.timeout(PATIENCE_MS);
    const { promise, reject } = Promise.withResolvers<never>();
    const refuse = () => reject(new Error("Nothing was told for 30 s."));
    late.addEventListener("abort", refuse);
    const next = await Promise.race([this.#texts.next(), promise]).finally(() =>
      late.removeEventListener("abort", refuse),
    );
    return next.done === true ? undefined : next.value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#texts.return?.();
  }
}
