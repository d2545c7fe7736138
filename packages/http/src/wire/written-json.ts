/** A value with its JSON from an earlier answer. */
export class WrittenJson<Value extends object> {
  declare readonly value: Value;
  readonly text: string;

  constructor(value: Value) {
    this.text = JSON.stringify(value);
  }

  /** For other formats. */
  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

/**
 * Remembers the JSON of rows for as long as the rows are kept in memory: clients list the same folders again and again,
 * and serializing the rows costs more than finding them.
 */
export class RowsAsJson<Row extends object, Value extends object> {
  readonly #written = new WeakMap<Row, { form: string; json: WrittenJson<Value> }>();

  /**
   * @param form what the value depends on besides the row; only the last one is remembered
   * @param valueOf makes the value if it is unknown
   */
  write(row: Row, form: string, valueOf: (row: Row) => Value): Value | WrittenJson<Value> {
    const known = this.#written.get(row);
    if (known?.form === form) return known.json;
    // Other rows were made only for this call.
    if (!Object.isFrozen(row)) return valueOf(row);
    const json = new WrittenJson(valueOf(row));
    this.#written.set(row, { form, json });
    return json;
  }
}
