import { HttpSyntaxError } from "./http-head.ts";

const LONGEST_LINE = 4096;
const LF = 10;

/** Removes the framing of a chunked body. */
export class ChunkedDecoder {
  #state: "size" | "data" | "data-end" | "trailer" | "done" = "size";
  #line = "";
  #leftBytes = 0;

  get isDone(): boolean {
    return this.#state === "done";
  }

  /** The parts of `bytes` that belong to the content, in the same memory. @throws {HttpSyntaxError} */
  *decode(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
    let at = 0;
    while (at < bytes.byteLength) {
      if (this.#state === "done") throw new HttpSyntaxError("bytes follow the end of the answer");
      if (this.#state === "data") {
        const part = bytes.subarray(at, at + this.#leftBytes);
        at += part.byteLength;
        this.#leftBytes -= part.byteLength;
        if (this.#leftBytes === 0) this.#state = "data-end";
        yield part;
        continue;
      }
      const lineEnd = bytes.indexOf(LF, at);
      const end = lineEnd === -1 ? bytes.byteLength : lineEnd;
      this.#line += String.fromCharCode(...bytes.subarray(at, Math.min(end, at + LONGEST_LINE + 1)));
      if (this.#line.length > LONGEST_LINE) throw new HttpSyntaxError("a line between chunks is too long");
      at = end + 1;
      if (lineEnd !== -1) this.#takeLine();
    }
  }

  #takeLine(): void {
    const line = this.#line.replace(/\r$/, "");
    this.#line = "";
    if (this.#state === "data-end") {
      if (line !== "") throw new HttpSyntaxError("a chunk is longer than announced");
      this.#state = "size";
    } else if (this.#state === "trailer") {
      if (line === "") this.#state = "done";
    } else {
      const [, size] = /^([\da-f]{1,12})(?:[ \t]*;.*)?$/i.exec(line) ?? [];
      if (size === undefined) throw new HttpSyntaxError("the size of a chunk is malformed");
      this.#leftBytes = parseInt(size, 16);
      this.#state = this.#leftBytes === 0 ? "trailer" : "data";
    }
  }
}
