import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** Passes bytes on to a server and records exactly what clients sent. */
export class RecordingRelay implements AsyncDisposable {
  readonly #server = createServer((client) => this.#relay(client));
  readonly #sockets = new Set<Socket>();
  readonly #target: { host: string; port: number };
  #connections: Buffer[][] = [];

  private constructor(target: { host: string; port: number }) {
    this.#target = target;
  }

  static async open(url: string): Promise<RecordingRelay> {
    const { hostname, port } = new URL(url);
    const relay = new RecordingRelay({ host: hostname, port: Number(port) });
    relay.#server.listen(0, "127.0.0.1");
    await once(relay.#server, "listening");
    return relay;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Every request since the last call, heads and bodies, as text with one character per byte. */
  takeRequests(): string[] {
    const texts = this.#connections.map((chunks) => Buffer.concat(chunks.splice(0)).toString("latin1"));
    return texts.flatMap((text) => text.split(/(?=(?:GET|HEAD|POST) \/\S* HTTP\/1\.1\r\n)/)).filter(Boolean);
  }

  #relay(client: Socket): void {
    const chunks: Buffer[] = [];
    this.#connections.push(chunks);
    const server = connect(this.#target);
    client.on("data", (chunk: Buffer) => chunks.push(chunk));
    client.pipe(server).pipe(client);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
