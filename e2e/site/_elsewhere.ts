import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const SIZE = 3_000_000;
const NAMES = ["ready", "slow", "late"].map((name) => `${name}.bin`);
const LISTING = `<html><head><title>Index of /</title></head><body><h1>Index of /</h1><hr><pre><a href="../">../</a>
${NAMES.map((name) => `<a href="${name}">${name}</a>  12-Mar-2026 10:00  ${SIZE}`).join("\n")}
</pre><hr></body></html>`;

/**
 * A remote source that has `/ready.bin`, sends `/slow.bin` when told to, and from then on also has `/late.bin`, in any
 * folder; the folder itself is a listing of the three, in nginx's format.
 */
export class Elsewhere implements AsyncDisposable {
  readonly #server: Server;
  readonly #waiting = new Set<() => void>();
  #isOpen = false;

  private constructor(server: Server) {
    this.#server = server;
    server.on("request", ({ url = "" }, response: ServerResponse) => {
      const path = url.replace(/^\/\w+/, "");
      if (path === "/") return void response.writeHead(200, { "content-type": "text/html" }).end(LISTING);
      if (path === "/late.bin" && !this.#isOpen) return void response.writeHead(404).end();
      response.writeHead(200, { "content-length": SIZE });
      if (path !== "/slow.bin" || this.#isOpen) return void response.end(Buffer.alloc(SIZE, path));
      this.#waiting.add(slowly(response));
    });
  }

  static async open(): Promise<Elsewhere> {
    const server = createServer();
    const elsewhere = new Elsewhere(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return elsewhere;
  }

  /** The address of a folder with this name. */
  listing(folder: string): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/${folder}/`;
  }

  /** Three addresses in a folder with this name. */
  addresses(folder: string): string[] {
    return NAMES.map((name) => this.listing(folder) + name);
  }

  goOn(): void {
    this.#isOpen = true;
    for (const goOn of this.#waiting) goOn();
    this.#waiting.clear();
  }

  stop(): void {
    this.#isOpen = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

/** Sends a third at once and then a little now and then, until it is told to continue. */
function slowly(response: ServerResponse): () => void {
  let left = (SIZE / 3) * 2;
  response.write(Buffer.alloc(SIZE / 3));
  const trickle = setInterval(() => {
    left -= 4;
    response.write("slow");
  }, 200);
  response.on("close", () => clearInterval(trickle));
  return () => {
    clearInterval(trickle);
    response.end(Buffer.alloc(left));
  };
}
