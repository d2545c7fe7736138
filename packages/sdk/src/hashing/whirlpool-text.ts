/** A Whirlpool as servers send it, in lower case. Undefined when there is none. */
export function readWhirlpool(value: unknown): string | undefined {
  const text = typeof value === "string" ? value.toLowerCase() : "";
  return /^[0-9a-f]{128}$/.test(text) ? text : undefined;
}
