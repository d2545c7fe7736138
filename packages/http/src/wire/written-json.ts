/** A value as the JSON it was written as for an earlier answer. */
export class WrittenJson<Value extends object> {
  declare readonly value: Value;
  readonly text: string;

  constructor(value: Value) {
    this.text = JSON.stringify(value);
  }

  /** For whoever wants it in another form. */
  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

/**
 * Remembers what rows were written as for as long as they are kept in memory: clients list the same folders again and
 * again, and writing the rows costs more than finding them.
 */
export class RowsAsJson<Row extends object, Value extends object> {
  readonly #written = new WeakMap<Row, { form: string; json: WrittenJson<Value> }>();

  /**
   * @param form what the value depends on beside the row; the last one is remembered
   * @param valueOf makes the value where it is not known
   */
  write(row: Row, form: string, valueOf: (row: Row) => Value): Value | WrittenJson<Value> {
    const known = this.#written.get(row);
    if (known?.form === form) return known.json;
    // Others were made for this call alone.
    if (!Object.isFrozen(row)) return valueOf(row);
    const json = new WrittenJson(valueOf(row));
    this.#written.set(row, { form, json });
    return json;
  }
}
