import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const MOST_BREAKS = 3;

/** Somebody else's server, which answers as each test wants. */
export class HostileSource implements AsyncDisposable {
  readonly requests: IncomingMessage[] = [];
  readonly url: string;
  readonly #close: () => Promise<void>;
  readonly #answers: Map<string, Answer>;

  private constructor(
    url: string,
    answers: Map<string, Answer>,
    requests: IncomingMessage[],
    close: () => Promise<void>,
  ) {
    this.url = url;
    this.#answers = answers;
    this.requests = requests;
    this.#close = close;
  }

  static async open(): Promise<HostileSource> {
    const answers = new Map<string, Answer>();
    const requests: IncomingMessage[] = [];
    const server = createServer((request, response) => {
      requests.push(request);
      const answer = answers.get((request.url ?? "").replace(/\?.*$/, ""));
      if (answer === undefined) response.writeHead(404).end("nothing here");
      else answer(request, response);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    return new HostileSource(`http://127.0.0.1:${port}`, answers, requests, async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    });
  }

  /** @returns the address */
  at(path: string, answer: Answer): string {
    this.#answers.set(path, answer);
    return `${this.url}${path}`;
  }

  /**
   * Answers like a good source, including ranges.
   * @param breaksAfter breaks off after this many bytes of the whole file, until the rest is requested: bytes sent just
   *   before a break may not have been read
   */
  file(path: string, bytes: Buffer, headers: Record<string, string> = {}, breaksAfter = Infinity): string {
    let left = breaksAfter === Infinity ? 0 : MOST_BREAKS;
    return this.at(path, (request, response) => {
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
      const rest = bytes.subarray(from);
      const range = from === 0 ? {} : { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
      const usual = { "accept-ranges": "bytes", etag: '"v1"', "content-length": rest.length };
      response.writeHead(from === 0 ? 200 : 206, { ...usual, ...range, ...headers });
      if (left === 0 || from > 0) return void response.end(rest);
      left -= 1;
      response.write(rest.subarray(0, breaksAfter), () => setTimeout(() => response.destroy(), 50));
    });
  }

  requestsOf(path: string): IncomingMessage[] {
    return this.requests.filter(({ url }) => url === path);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}
