import type { LocalFiles } from "./local-files.ts";

/** A request whose body or answer is too large for the JSON calls. Redirects are never followed in Node. */
export interface ByteRequest {
  method: "GET" | "POST" | "PUT";
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: RequestBody;
  signal?: AbortSignal | undefined;
  /** Ends the request if nothing is sent or received for this long. */
  idleTimeoutMs: number;
  /** How long the answer may take after everything was sent. */
  answerTimeoutMs: number;
  /**
   * Called when a direct connection to another machine is open, with how long that took: a round trip. If it was open
   * before, it may be called at once. Not every runtime reports this.
   */
  onConnected?: ((tookMs: number) => void) | undefined;
  /** Keeps the connection for further requests. Uploads do not: nodes of 1fichier.com want `Connection: close`. */
  keepsAlive?: boolean;
  /** An answer with status 200 comes while the body is being sent, and the rest of the body is needed. */
  isAnsweredMeanwhile?: boolean;
  /**
   * Where the next bytes of the body should be put, so that nobody has to copy them. They may still arrive in other
   * memory. The memory it returns is used for what follows until it is full or the body has ended.
   */
  memory?: (() => Uint8Array | undefined) | undefined;
}

/** A body of known length. The pieces are opened again for every attempt. */
export interface RequestBody {
  sizeBytes: number;
  /** In order. A chunk is read before the next one is requested; its memory may then be reused. */
  chunks(): AsyncIterable<Uint8Array>;
  /** The same body for runtimes that cannot stream one; it may be on disk. */
  toBlob(): Promise<Blob>;
  /** Called with the bytes that were sent so far. */
  onSent?: (sentBytes: number) => void;
  /** The memory of its chunks stays as it is until the request is over, so that nothing has to be copied. */
  isLasting?: boolean;
}

export interface ByteResponse {
  status: number;
  /** URL of the answer itself; differs from the requested one if the runtime follows redirects. */
  url: string;
  /** @param name in lower case */
  header(name: string): string | undefined;
  /** May be read once. Throws NetworkError if the connection ends before the announced length. */
  body: AsyncIterable<Uint8Array>;
  /** Releases the connection; to be called unless the body was read to its end. */
  cancel(): void;
}

/** A reading of a clock that cannot be set. */
export interface SteadyTime {
  /** Milliseconds since some moment. */
  ms: number;
  /** Which clock it is: readings of different clocks cannot be compared. */
  clock: string;
}

export interface RunningSha256 {
  update(bytes: Uint8Array): void;
  /** 64 lower-case hexadecimal digits. */
  digest(): string;
}

/** What differs between Node and other runtimes. */
export interface Platform {
  /**
   * Rejects with the reason of the signal if that aborts, and with whatever `body.chunks` throws.
   * @throws {NetworkError} the connection failed before there was an answer
   * @throws {TimeoutError}
   */
  send(request: ByteRequest): Promise<ByteResponse>;
  /** For the JSON calls. */
  fetch: typeof fetch;
  /** Undefined if there is no file system. */
  files: LocalFiles | undefined;
  /** SHA-256 of bytes that come one after the other; undefined if the runtime can hash only whole memory. */
  startSha256: (() => RunningSha256) | undefined;
  /** A clock that cannot be set; undefined if there is none that may be read. */
  steadyTime: (() => SteadyTime) | undefined;
}
