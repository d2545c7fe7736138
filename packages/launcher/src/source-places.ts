import { existsSync, readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { dirname, resolve } from "node:path";

interface Place {
  path: string;
  line: number;
  column: number;
}

const placeInText = /(?:file:\/\/)?(\/[^\s:()'"]+\.mjs):(\d+):(\d+)/g;

/** Maps places in a bundled file to their sources. Source maps are read on demand: most runs do not fail. */
export class SourcePlaces {
  readonly #folder: string;
  readonly #maps = new Map<string, SourceMap | undefined>();

  /** @param folder contains the bundled files; default: any folder */
  constructor(folder = "") {
    this.#folder = folder;
  }

  /** Undefined for places outside of bundled files. */
  find({ path, line, column }: Place): Place | undefined {
    if (!path.startsWith(`${this.#folder}/`)) return undefined;
    const entry = this.#mapOf(path)?.findEntry(line - 1, column - 1);
    if (entry === undefined || !("originalSource" in entry)) return undefined;
    const source = resolve(dirname(path), entry.originalSource);
    return { path: source, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  }

  /** A text, such as a stack trace, with every place in a bundled file replaced. */
  inText(text: string): string {
    if (!text.includes(this.#folder)) return text;
    return text.replaceAll(placeInText, (whole, path: string, line: string, column: string) => {
      const found = this.find({ path, line: Number(line), column: Number(column) });
      return found === undefined ? whole : `${found.path}:${found.line}:${found.column}`;
    });
  }

  /** An error and its causes, changed in place. */
  inError(error: unknown): void {
    if (!(error instanceof Error)) return;
    // Errors from another process may be read-only.
    for (const name of ["message", "stack"] as const) {
      const text = error[name];
      if (text !== undefined) Reflect.defineProperty(error, name, { value: this.inText(text) });
    }
    this.inError(error.cause);
  }

  #mapOf(path: string): SourceMap | undefined {
    if (!this.#maps.has(path)) {
      const file = `${path}.map`;
      this.#maps.set(path, existsSync(file) ? new SourceMap(readMap(file)) : undefined);
    }
    return this.#maps.get(path);
  }
}

const readMap = (file: string): SourceMapPayload => JSON.parse(readFileSync(file, "utf8")) as SourceMapPayload;
