import { parseFileLink } from "@consigne/contract/links";
import type { EndpointName } from "@consigne/contract";
import { fieldsOf, readList, readText, readTexts } from "../resources/wire-values.ts";

interface CachedAnswer {
  answer: object;
  /** By the steady clock. */
  untilMs: number;
  /** Folder of a listing; undefined for answers that no change of files affects. */
  folderId: number | undefined;
}

const MOST_ANSWERS = 2000;
const ALL_FILES = -1;
const writers: ReadonlySet<EndpointName> = new Set(["fileRm", "fileMv", "fileRename", "fileCp", "fileChattr"]);
const changesAnything: ReadonlySet<EndpointName> = new Set([
  "batchChange",
  "trashRestore",
  "versionReplace",
  "versionRestore",
]);

/**
 * Answers that may be given again until the server may be asked again. What this client changes is forgotten, so that
 * nobody reads a listing known to be outdated.
 */
export class AnswerMemory {
  readonly #answers = new Map<string, CachedAnswer>();
  #changes = 0;

  /** Increases with every change; an answer that was requested before a change may be older than it. */
  get changes(): number {
    return this.#changes;
  }

  find(key: string, nowMs: number): object | undefined {
    const cached = this.#answers.get(key);
    if (cached !== undefined && cached.untilMs <= nowMs) this.#answers.delete(key);
    return cached === undefined || cached.untilMs <= nowMs ? undefined : cached.answer;
  }

  keep(key: string, answer: object, input: { untilMs: number; folderId: number | undefined; changes: number }): void {
    const { untilMs, folderId, changes } = input;
    if (changes !== this.#changes && folderId !== undefined) return;
    this.#answers.delete(key);
    this.#answers.set(key, { answer, untilMs, folderId });
    for (const [oldest] of this.#answers) {
      if (this.#answers.size <= MOST_ANSWERS) break;
      this.#answers.delete(oldest);
    }
  }

  /** Forgets what a call is about to change. To be called before and after the call. */
  noteCall(name: EndpointName, body: object): void {
    if (name === "userInfo") {
      this.#forget((_answer, folderId) => folderId === undefined);
      return;
    }
    if (changesAnything.has(name)) return this.forgetAll();
    if (!writers.has(name)) return;
    const fields = fieldsOf(body);
    const ids = new Set([...linksOf(fields)].map(idOf));
    const target = fields["destination_folder_id"] ?? (name === "fileCp" ? (fields["folder_id"] ?? 0) : undefined);
    this.#changes += 1;
    this.#forget(
      (answer, folderId) =>
        folderId === ALL_FILES ||
        (folderId !== undefined && folderId === target) ||
        (folderId !== undefined &&
          readList(fieldsOf(answer)["items"]).some((item) => ids.has(idOf(readText(item["url"]))))),
    );
  }

  forgetAll(): void {
    this.#changes += 1;
    this.#answers.clear();
  }

  /** Forgets the listings of a folder. */
  noteChange(folderId: number): void {
    this.#changes += 1;
    this.#forget((_answer, keptId) => keptId === folderId || keptId === ALL_FILES);
  }

  #forget(isOld: (answer: object, folderId: number | undefined) => boolean): void {
    for (const [key, { answer, folderId }] of this.#answers) if (isOld(answer, folderId)) this.#answers.delete(key);
  }
}

function linksOf(body: Record<string, unknown>): string[] {
  return [
    ...readTexts(body["urls"]),
    ...readList(body["urls"]).map((each) => readText(each["url"])),
    ...readList(body["files"]).map((each) => readText(each["url"])),
  ];
}

const idOf = (url: string): string => parseFileLink(url)?.id ?? url;
