import { type BegunUpload, isOpen, namesOf, type UploadItem } from "./upload-item.ts";

const PLACE = "consigne-unfinished";
/** Stored for this tab: beyond that, only the number is kept. */
const MOST_KEPT = 500;

/** A file that has not arrived. */
export interface Lacking {
  /** With its folders. */
  path: string;
  /** The upload that was begun for it, if it is sent in parts. */
  begun?: BegunUpload;
}

interface StoredUploads {
  lacking: readonly Lacking[];
  /** Number of files beyond those. */
  others: number;
}

/**
 * Files that had not arrived when the page was left, kept as long as the tab, so that the page can name them after
 * reloading, and recognizes them when they are chosen again; pages cannot keep the files themselves.
 */
export class Unfinished {
  readonly #byPath = new Map<string, Lacking[]>();
  #others: number;
  #isContinued = false;

  constructor() {
    const { lacking, others } = read();
    for (const each of lacking) this.#byPath.set(each.path, [...(this.#byPath.get(each.path) ?? []), each]);
    this.#others = others;
  }

  get lacking(): readonly Lacking[] {
    return [...this.#byPath.values()].flat();
  }

  get others(): number {
    return this.#others;
  }

  /** The files being uploaded were chosen before, and some may have arrived then. */
  get isContinued(): boolean {
    return this.#isContinued;
  }

  /** The file was chosen again and is no longer missing; `keep` now includes it. */
  take(item: Pick<UploadItem, "file" | "folder" | "base">): BegunUpload | undefined {
    const path = pathOf(item);
    const [first, ...rest] = this.#byPath.get(path) ?? [];
    if (rest.length === 0) this.#byPath.delete(path);
    else this.#byPath.set(path, rest);
    if (first !== undefined) this.#isContinued = true;
    return first?.begun;
  }

  /** Replaces what was kept before, except files that are still missing. */
  keep(items: readonly UploadItem[]): void {
    const here = items.filter((item) => isOpen(item) || item.state === "failed");
    if (!items.some(isOpen)) this.#isContinued = false;
    const still = this.lacking;
    const lacking = [...here.slice(0, MOST_KEPT).map(lackingOf), ...still].slice(0, MOST_KEPT);
    write({ lacking, others: here.length + still.length - lacking.length + this.#others });
  }

  forget(): void {
    this.#byPath.clear();
    this.#others = 0;
    write({ lacking: [], others: 0 });
  }
}

const pathOf = (item: Pick<UploadItem, "file" | "folder" | "base">): string =>
  [...namesOf(item), item.file.name].join("/");

function lackingOf(item: UploadItem): Lacking {
  const { uploadId, plan } = item;
  return { path: pathOf(item), ...(uploadId === undefined || plan === undefined ? {} : { begun: { uploadId, plan } }) };
}

function read(): StoredUploads {
  try {
    const { lacking = [], others = 0 } = (JSON.parse(sessionStorage.getItem(PLACE) ?? "{}") ??
      {}) as Partial<StoredUploads>;
    return { lacking, others };
  } catch {
    return { lacking: [], others: 0 };
  }
}

function write(stored: StoredUploads): void {
  try {
    if (stored.lacking.length === 0) sessionStorage.removeItem(PLACE);
    else sessionStorage.setItem(PLACE, JSON.stringify(stored));
  } catch {
    // Full, or unavailable: the page then cannot name the files.
  }
}
