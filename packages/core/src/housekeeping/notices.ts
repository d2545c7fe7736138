/** Something that the server found and the operator should read. */
export interface Notice {
  readonly isAlarm: boolean;
  /** One sentence without its details. */
  readonly text: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Where housekeeping reports its findings; the log subscribes to it. */
export class Notices {
  readonly #listeners = new Set<(notice: Notice) => void>();

  tell(notice: Notice): void {
    for (const listener of this.#listeners) listener(notice);
  }

  /** @returns disposing it unsubscribes */
  onNotice(listener: (notice: Notice) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }
}
