/**
 * A row violated a schema constraint that no repository translates into a domain refusal, such as a file in a folder
 * that does not exist. It is a bug in the caller, not a failure of the database.
 */
export class ConstraintError extends Error {
  override name = "ConstraintError";
  readonly rule: "unique" | "reference" | "value";

  constructor(rule: ConstraintError["rule"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.rule = rule;
  }
}

export function isUniqueConflict(error: unknown): error is ConstraintError {
  return error instanceof ConstraintError && error.rule === "unique";
}
