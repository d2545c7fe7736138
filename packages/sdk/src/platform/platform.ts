import type { LocalFiles } from "./local-files.ts";

/** A request whose body or answer is too large for the JSON calls. Redirects are never followed in Node. */
export interface ByteRequest {
  method: "GET" | "POST" | "PUT";
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: RequestBody;
  signal?: AbortSignal | undefined;
  /** Ends the request when nothing moved for so long, while sending or receiving. */
  idleTimeoutMs: number;
  /** How long the answer may take once everything is sent. */
  answerTimeoutMs: number;
  /**
   * Called when a connection stands, straight to a server on another machine, with how long that took: a round trip. Of one
   * that stood before, it may be called at once. Not every runtime tells.
   */
  onConnected?: ((tookMs: number) => void) | undefined;
  /** Keeps the connection for further requests. Uploads do not: nodes of 1fichier.com want `Connection: close`. */
  keepsAlive?: boolean;
  /** An answer with status 200 comes while the body is being sent, and the rest of the body is wanted. */
  isAnsweredMeanwhile?: boolean;
  /**
   * Where the bytes after those that the body gave last are wanted, so that nobody has to copy them. They may come in other
   * memory all the same. What it names stays the place of what follows until it is full or the body has ended.
   */
  memory?: (() => Uint8Array | undefined) | undefined;
}

/** A body of known length. The pieces are opened anew for every attempt. */
export interface RequestBody {
  sizeBytes: number;
  /** In order. A chunk is read before the next one is asked for; its memory may then be used again. */
  chunks(): AsyncIterable<Uint8Array>;
  /** The same body for runtimes that cannot stream one; it may lie on disk. */
  toBlob(): Promise<Blob>;
  /** Bytes that have left for the network so far. */
  onSent?: (sentBytes: number) => void;
  /** The memory of its chunks stays as it is until the request is over, so that nothing has to be copied. */
  isLasting?: boolean;
}

export interface ByteResponse {
  status: number;
  /** Of the answer itself; differs from the requested one where the runtime follows redirects. */
  url: string;
  /** @param name in lower case */
  header(name: string): string | undefined;
  /** To be read once. Throws NetworkError when the connection ends before the announced length. */
  body: AsyncIterable<Uint8Array>;
  /** Lets go of the connection; to be called unless the body was read to its end. */
  cancel(): void;
}

/** A reading of a clock that nobody sets. */
export interface SteadyTime {
  /** Milliseconds since some moment. */
  ms: number;
  /** Which clock it is: readings of two have nothing to do with each other. */
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
   * Rejects with the reason of the signal when that ends it, and with whatever `body.chunks` throws.
   * @throws {NetworkError} the connection failed before there was an answer
   * @throws {TimeoutError}
   */
  send(request: ByteRequest): Promise<ByteResponse>;
  /** For the JSON calls. */
  fetch: typeof fetch;
  /** Undefined where there are no files. */
  files: LocalFiles | undefined;
  /** SHA-256 of bytes that come one after the other; undefined where the runtime has it of whole memory only. */
  startSha256: (() => RunningSha256) | undefined;
  /** A clock that nobody sets; undefined where there is none that may be read. */
  steadyTime: (() => SteadyTime) | undefined;
}
