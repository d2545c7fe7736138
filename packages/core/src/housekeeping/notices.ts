/** What the server found out by its own work and its operator should read. */
export interface Notice {
  readonly isAlarm: boolean;
  /** One sentence without its facts. */
  readonly text: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Where housekeeping reports its findings; the log listens to it. */
export class Notices {
  readonly #listeners = new Set<(notice: Notice) => void>();

  tell(notice: Notice): void {
    for (const listener of this.#listeners) listener(notice);
  }

  /** @returns what ends the listening */
  onNotice(listener: (notice: Notice) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }
}
