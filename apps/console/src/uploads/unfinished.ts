import { type BegunUpload, isOpen, namesOf, type UploadItem } from "./upload-item.ts";

const PLACE = "consigne-unfinished";
/** In the storage of this tab: with more the rest is a number. */
const MOST_KEPT = 500;

/** A file that has not arrived. */
export interface Lacking {
  /** With its folders. */
  path: string;
  /** Of the upload that was begun for it, where it goes in parts. */
  begun?: BegunUpload;
}

interface Kept {
  lacking: readonly Lacking[];
  /** Beyond those. */
  others: number;
}

/**
 * What had not arrived when the page was left, kept as long as the tab, so that the page can name it after it was loaded
 * again, and knows it when it is chosen once more; the files themselves no page may keep.
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

  /** What is being uploaded was chosen before, and a part of it may have arrived then. */
  get isContinued(): boolean {
    return this.#isContinued;
  }

  /** The file is here again, and lacks no more: it is with those that are kept by `keep`. */
  take(item: Pick<UploadItem, "file" | "folder" | "base">): BegunUpload | undefined {
    const path = pathOf(item);
    const [first, ...rest] = this.#byPath.get(path) ?? [];
    if (rest.length === 0) this.#byPath.delete(path);
    else this.#byPath.set(path, rest);
    if (first !== undefined) this.#isContinued = true;
    return first?.begun;
  }

  /** In place of what was kept before, but for what is still missing of that. */
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

function read(): Kept {
  try {
    const { lacking = [], others = 0 } = (JSON.parse(sessionStorage.getItem(PLACE) ?? "{}") ?? {}) as Partial<Kept>;
    return { lacking, others };
  } catch {
    return { lacking: [], others: 0 };
  }
}

function write(kept: Kept): void {
  try {
    if (kept.lacking.length === 0) sessionStorage.removeItem(PLACE);
    else sessionStorage.setItem(PLACE, JSON.stringify(kept));
  } catch {
    // Full, or not there: then the page cannot say it.
  }
}
