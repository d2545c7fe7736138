import { type Part, parts } from "./parts.ts";

export type Language = "en" | "fr";
type Texts = Readonly<Record<string, string>>;

const bases: Readonly<Record<Language, () => Promise<{ texts: Texts }>>> = {
  en: () => import("./english.ts"),
  fr: () => import("./french.ts"),
};

/** The texts of one language that are loaded so far. */
export class Catalogue {
  readonly language: Language;
  readonly #texts = new Map<string, string>();
  readonly #begun = new Map<Part, Promise<void>>();

  constructor(language: Language) {
    this.language = language;
  }

  knows(id: string): boolean {
    return this.#texts.has(id);
  }

  textOf(id: string): string {
    const text = this.#texts.get(id);
    if (text === undefined) throw new Error(`The text ${id} is not loaded.`);
    return text;
  }

  async loadBase(): Promise<void> {
    this.#add((await bases[this.language]()).texts);
  }

  /** The same promise every time, failed or not: otherwise a component that waits for it would request it for ever. */
  load(part: Part): Promise<void> {
    const known = this.#begun.get(part);
    if (known !== undefined) return known;
    const begun = this.#fetch(part);
    this.#begun.set(part, begun);
    // React looks for this property, and does not suspend if it finds it.
    void begun.then(
      () => Object.assign(begun, { status: "fulfilled", value: undefined }),
      () => undefined,
    );
    return begun;
  }

  /** Like `load`; after a failure the next call tries again. */
  async loadAnew(part: Part): Promise<void> {
    try {
      await this.load(part);
    } catch (error) {
      this.#begun.delete(part);
      throw error;
    }
  }

  /** All requested parts, loaded or being loaded. */
  get asked(): Iterable<Part> {
    return this.#begun.keys();
  }

  async #fetch(part: Part): Promise<void> {
    this.#add((await parts[part][this.language]()).texts);
  }

  #add(texts: Texts): void {
    for (const [id, text] of Object.entries(texts)) this.#texts.set(id, text);
  }
}
