/** The fields of a form: the last value of a repeated one, and all of them on demand. */
export class FormFields extends Map<string, string> {
  readonly #repeated = new Map<string, string[]>();

  append(name: string, value: string): void {
    const values = this.#repeated.get(name);
    if (values === undefined) this.#repeated.set(name, [value]);
    else values.push(value);
    this.set(name, value);
  }

  all(name: string): readonly string[] {
    return this.#repeated.get(name) ?? [];
  }
}
