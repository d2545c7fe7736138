import type { EnsuredFolder } from "../api/entries.ts";
import { freeName } from "./free-name.ts";
import { remembered } from "./remembered.ts";
import type { Conflict, ConflictChoice, UploadItem, UploadPlan, UploadTarget, UploadWorld } from "./upload-item.ts";

/** The user's own root in API calls. */
const ROOT = 0;

type World = Pick<UploadWorld, "ensureFolderIn" | "filesIn" | "ask">;

/** Folders and names of one upload: where each file goes, and its name there. */
export class UploadNames {
  readonly #world: World;
  readonly #waiting: () => Iterable<number>;
  /** In progress, but not yet checked for taken names. */
  readonly #unplanned = new Set<number>();
  readonly #folders = new Map<string, Promise<EnsuredFolder>>();
  /** Folders that were made for this upload. */
  readonly #created = new Set<number>();
  readonly #names = new Map<number, Promise<Map<string, string>>>();
  #asking: Promise<unknown> = Promise.resolve();
  #choiceForAll: ConflictChoice | undefined;

  /** @param waiting the ids of files that have not begun */
  constructor(world: World, waiting: () => Iterable<number>) {
    this.#world = world;
    this.#waiting = waiting;
  }

  /** Forgets what is known about folders and names, which was true for earlier uploads. */
  beginAnew(): void {
    this.#folders.clear();
    this.#created.clear();
    this.#names.clear();
    this.#choiceForAll = undefined;
  }

  begin(id: number): void {
    this.#unplanned.add(id);
  }

  end(id: number): void {
    this.#unplanned.delete(id);
  }

  async folderId(target: UploadTarget): Promise<number> {
    return (await this.#folder(target)).id;
  }

  /** Parents first: with many files at a time, several would make the same folder. */
  #folder({ folder, base }: UploadTarget): Promise<EnsuredFolder> {
    const key = [base?.folderId ?? "", ...folder].join("/");
    return remembered(this.#folders, key, async () => {
      const name = folder.at(-1);
      if (name === undefined) return { id: base?.folderId ?? ROOT, isNew: false };
      const ensured = await this.#world.ensureFolderIn(await this.#folder({ base, folder: folder.slice(0, -1) }), name);
      if (ensured.isNew) this.#created.add(ensured.id);
      return ensured;
    });
  }

  /** The names in a folder that was just made are not requested. */
  namesIn(folderId: number): Promise<Map<string, string>> {
    return remembered(this.#names, folderId, async () =>
      this.#created.has(folderId) ? new Map<string, string>() : new Map(await this.#world.filesIn(folderId)),
    );
  }

  /** How to store the file; undefined: not at all. Asks one question at a time. */
  plan(item: UploadItem, names: Map<string, string>): Promise<UploadPlan | undefined> {
    const work = () => this.#planFor(item, names);
    const turn = this.#asking.then(work, work);
    this.#asking = turn.catch(() => undefined);
    return turn;
  }

  /** Claims the name before the next file is checked. */
  async #planFor(item: UploadItem, names: Map<string, string>): Promise<UploadPlan | undefined> {
    this.#unplanned.delete(item.id);
    const { name } = item;
    const existing = names.get(name);
    if (existing === undefined) {
      names.set(name, "");
      return { name, replacedUrl: undefined };
    }
    const numberedName = freeName(name, (each) => names.has(each));
    // Two files with the same name in the same upload: both were meant.
    const choice = existing === "" ? "keep" : await this.#choose({ name, numberedName, ...placeOf(item) });
    if (choice === undefined || choice === "skip") return undefined;
    if (choice === "replace") return { name, replacedUrl: existing };
    names.set(numberedName, "");
    return { name: numberedName, replacedUrl: undefined };
  }

  async #choose(conflict: Omit<Conflict, "others">): Promise<ConflictChoice | undefined> {
    const forAll = this.#choiceForAll;
    if (forAll !== undefined && (conflict.mayReplace || forAll !== "replace")) return forAll;
    const others = new Set([...this.#waiting(), ...this.#unplanned]).size;
    const answer = await this.#world.ask({ ...conflict, others });
    if (answer?.forAll === true) this.#choiceForAll = answer.choice;
    return answer?.choice;
  }
}

const placeOf = ({ folder, base }: UploadTarget) => ({ target: { folder, base }, mayReplace: base === undefined });
