// Within the script, as the page's policy admits workers that its own scripts make and no file of this origin.
// oxlint-disable-next-line import/default -- it is the bundler that makes it
import Worker from "./digest-worker.ts?worker&inline";

export type Algorithm = "sha256" | "whirlpool";

interface Asked {
  resolve(digest: Uint8Array): void;
  reject(error: Error): void;
}

/** Computes digests one after the other in a worker, which is kept for further ones. */
export class DigestWorker {
  readonly #worker = new Worker();
  readonly #asked = new Map<number, Asked>();
  #lastId = 0;

  constructor() {
    this.#worker.addEventListener("message", ({ data }: MessageEvent<{ id: number; digest: Uint8Array }>) => {
      this.#asked.get(data.id)?.resolve(data.digest);
      this.#asked.delete(data.id);
    });
    this.#worker.addEventListener("error", () => {
      for (const { reject } of this.#asked.values())
        reject(new Error("The browser does not run the digest of what is sent."));
      this.#asked.clear();
    });
  }

  /** The bytes are transferred, and no longer available here. */
  digest(bytes: ArrayBuffer, algorithm: Algorithm): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const id = (this.#lastId += 1);
      this.#asked.set(id, { resolve, reject });
      this.#worker.postMessage({ id, bytes, algorithm }, [bytes]);
    });
  }
}
