import { SourceError } from "@consigne/core";

/** For a listing of 75,000 files with nine fields each. */
const MOST_VALUES = 1_000_000;
const MOST_OBJECTS = 100_000;
const MOST_LEVELS = 64;

const byteOf = (character: string): number => character.charCodeAt(0);
const QUOTE = byteOf('"');
const BACKSLASH = byteOf("\\");
const COMMA = byteOf(",");
const OPEN_LIST = byteOf("[");
const CLOSE_LIST = byteOf("]");
const OPEN_OBJECT = byteOf("{");
const CLOSE_OBJECT = byteOf("}");

/**
 * A `fetch` for answers that are parsed as JSON synchronously: two bytes of text can become a value that takes a
 * hundred in memory, so values are counted before any is created.
 */
export function countedAnswers(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const response = await send(input, init);
    if (response.body === null) return response;
    const count = new ValueCount();
    const counted = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        count.take(chunk);
        controller.enqueue(chunk);
      },
    });
    const { status, headers } = response;
    return new Response(response.body.pipeThrough(counted), { status, headers });
  };
}

/** Counts values in a text that arrives in pieces and may be JSON. */
class ValueCount {
  #values = 0;
  #objects = 0;
  #levels = 0;
  #mostLevels = 0;
  #isText = false;
  #isEscaped = false;

  /** @throws {SourceError} if there are too many */
  take(chunk: Uint8Array): void {
    for (const byte of chunk) {
      if (this.#isText) this.#readText(byte);
      else this.#read(byte);
    }
    const excess = this.#excess();
    if (excess === undefined) return;
    throw new SourceError("refused", { code: "answer-too-large", ...excess }, { isFinal: true });
  }

  /** Which limit is exceeded. */
  #excess(): { most: number; of: "entries" | "values" | "levels" } | undefined {
    if (this.#objects > MOST_OBJECTS) return { most: MOST_OBJECTS, of: "entries" };
    if (this.#values > MOST_VALUES) return { most: MOST_VALUES, of: "values" };
    return this.#mostLevels > MOST_LEVELS ? { most: MOST_LEVELS, of: "levels" } : undefined;
  }

  #readText(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) this.#isText = false;
  }

  #read(byte: number): void {
    switch (byte) {
      case QUOTE:
        this.#isText = true;
        break;
      case COMMA:
        this.#values += 1;
        break;
      case OPEN_OBJECT:
        this.#objects += 1;
        this.#open();
        break;
      case OPEN_LIST:
        this.#values += 1;
        this.#open();
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        this.#levels -= 1;
        break;
    }
  }

  #open(): void {
    this.#levels += 1;
    this.#mostLevels = Math.max(this.#mostLevels, this.#levels);
  }
}
