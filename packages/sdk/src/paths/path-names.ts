/**
 * Names of a path from the root. Slashes at either end and repeated ones are ignored.
 * @throws {TypeError} for `.` and `..`, which no server resolves
 */
export function namesOfPath(path: string): string[] {
  const names = path.split("/").filter((name) => name !== "");
  for (const name of names) requireName(name);
  return names;
}

/** @throws {TypeError} it is empty, `.` or `..`, or contains a slash */
export function requireName(name: string): void {
  if (name === "" || name === "." || name === ".." || name.includes("/")) {
    throw new TypeError(
      `${JSON.stringify(name)} is not a valid name; a path is made of names from the root, such as /a/b.`,
    );
  }
}

export const pathOfNames = (names: readonly string[]): string => `/${names.join("/")}`;
