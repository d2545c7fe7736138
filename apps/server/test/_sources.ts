import { type OpenedSource, SourceError, type SourceFetcher, type SourceOrder } from "@consigne/core";

/** A source's answer to one opening. */
export interface Script {
  /** The text of the whole file, sent from `offset` on. */
  text?: string | Buffer;
  /** Where the answer begins; default: as requested. */
  offset?: number;
  /** Undefined: the actual size is announced. `null`: none is announced. */
  sizeBytes?: number | null;
  isEndUntold?: boolean;
  fileName?: string;
  contentType?: string;
  version?: OpenedSource["version"] | null;
  /** Breaks off after this many bytes. */
  breaksAfter?: number;
  error?: SourceError;
  /** Called before the first byte. */
  before?: () => Promise<void>;
}

export const broken = () =>
  new SourceError("broken-off", { code: "broken-off", host: "example.org" }, { isFinal: false });
export const refused = () =>
  new SourceError("refused", { code: "answered", host: "example.org", status: 404 }, { isFinal: true });
const firstVersion = { etag: '"1"', modifiedAt: undefined };

/** Gives scripted answers, in turn; the last script of an address is used for all further openings. */
export class ScriptedSources implements SourceFetcher {
  readonly orders: SourceOrder[] = [];
  readonly #scripts = new Map<string, Script[]>();
  openCount = 0;

  set(url: string, ...scripts: Script[]): void {
    this.#scripts.set(url, scripts);
  }

  async open(order: SourceOrder, signal: AbortSignal): Promise<OpenedSource> {
    this.orders.push(order);
    const scripts = this.#scripts.get(order.url) ?? [];
    const script = scripts.length > 1 ? scripts.shift() : scripts[0];
    if (script === undefined) throw refused();
    if (script.error !== undefined) throw script.error;
    const whole = Buffer.from(script.text ?? "");
    const offset = script.offset ?? order.from;
    const { sizeBytes = whole.length, version = firstVersion } = script;
    this.openCount += 1;
    let isClosed = false;
    return {
      url: order.url,
      offset,
      sizeBytes: sizeBytes ?? undefined,
      isEndUntold: script.isEndUntold ?? false,
      contentType: script.contentType,
      fileName: script.fileName,
      version: version ?? undefined,
      bytes: bytesOf(whole.subarray(offset), script, signal),
      close: () => {
        if (!isClosed) this.openCount -= 1;
        isClosed = true;
      },
    };
  }
}

async function* bytesOf(
  rest: Buffer,
  { breaksAfter, before }: Script,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  await before?.();
  signal.throwIfAborted();
  const all = breaksAfter === undefined ? rest : rest.subarray(0, breaksAfter);
  const half = Math.ceil(all.length / 2);
  for (const part of [all.subarray(0, half), all.subarray(half)]) {
    signal.throwIfAborted();
    if (part.length > 0) yield part;
  }
  if (breaksAfter !== undefined) throw broken();
}
