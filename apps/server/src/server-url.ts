import type { AddressInfo } from "node:net";
import { hostname, networkInterfaces, type NetworkInterfaceInfo } from "node:os";
import { plainAddress } from "@consigne/core";
import type { AskedHost } from "@consigne/http";

/** Addresses change, with a cable or a DHCP lease. */
const NAMES_KEPT_MS = 10_000;
const HOST = /^(\[[\da-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i;

export type Interfaces = () => Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/** Known after the server started listening. */
export interface Listening extends AddressInfo {
  isTls?: boolean;
}

/** The server's own URL. */
export class ServerUrl {
  readonly #configured: string | undefined;
  readonly #listening: Listening;
  readonly #interfaces: Interfaces;
  #ownNames: ReadonlySet<string> = new Set();
  #namesReadAtMs = -Infinity;

  constructor(configured: string | undefined, listening: Listening, interfaces: Interfaces = networkInterfaces) {
    this.#configured = configured;
    this.#listening = listening;
    this.#interfaces = interfaces;
  }

  /** True if the operator did not configure a public URL and the server listens on all addresses. */
  get isGuessed(): boolean {
    return this.#configured === undefined && this.#isEverywhere;
  }

  /** For the operator, who may be at another machine. */
  get main(): string {
    const own = this.#isEverywhere ? (this.#outwardAddress() ?? "127.0.0.1") : this.#listening.address;
    return this.#configured ?? this.#at(own);
  }

  /** Where connections arrive, if the configured URL is another one, in words for the operator. */
  get listeningElsewhere(): string | undefined {
    const { address, port } = this.#listening;
    if (this.#configured === undefined || this.#configured === this.#at(address)) return undefined;
    return this.#isEverywhere ? `port ${port} of every address of this machine` : this.#at(address);
  }

  /**
   * For a caller: the host it used, if that is a name of this machine. A foreign host is never repeated, because
   * anybody may send any; the address that the caller connected to is used instead.
   */
  for({ protocol, host, localAddress }: AskedHost): string {
    if (this.#configured !== undefined) return this.#configured;
    const name = HOST.exec(host)?.[1]
      ?.replace(/^\[|\]$/g, "")
      .toLowerCase();
    if (name !== undefined && this.#isOwn(name)) return `${protocol}://${host.toLowerCase()}`;
    return this.#isEverywhere && localAddress !== undefined ? this.#at(localAddress) : this.main;
  }

  get #isEverywhere(): boolean {
    return ["0.0.0.0", "::"].includes(this.#listening.address);
  }

  #at(address: string): string {
    // The zone of a link-local address only has meaning on this machine.
    const plain = plainAddress(address);
    return `${this.#listening.isTls === true ? "https" : "http"}://${plain.includes(":") ? `[${plain}]` : plain}:${this.#listening.port}`;
  }

  #isOwn(name: string): boolean {
    const nowMs = performance.now();
    if (nowMs - this.#namesReadAtMs > NAMES_KEPT_MS) {
      const own = hostname().toLowerCase();
      const addresses = this.#allInterfaces().map(({ address }) => address.toLowerCase());
      this.#ownNames = new Set(["localhost", own, `${own}.local`, this.#listening.address, ...addresses]);
      this.#namesReadAtMs = nowMs;
    }
    return this.#ownNames.has(name);
  }

  #outwardAddress(): string | undefined {
    const outward = this.#allInterfaces().filter(({ internal, address }) => !internal && !/^fe80:/i.test(address));
    return (outward.find(({ family }) => family === "IPv4") ?? outward[0])?.address;
  }

  #allInterfaces(): NetworkInterfaceInfo[] {
    return Object.values(this.#interfaces()).flatMap((each) => each ?? []);
  }
}
