/** Fields with secret values: link passwords, removal codes, keys, vouchers, and links that grant access. */
export const SECRET_FIELDS = new Set([
  "pass",
  "password",
  "new_password",
  "code",
  "voucher",
  "apiKey",
  "api_key",
  "source_key",
  "headers",
  "remove",
]);

/** A copy of a request body for a log, without secrets at any depth. */
export function redacted(value: unknown, depth = 0): unknown {
  if (Array.isArray(value)) return depth > 4 ? "[…]" : value.slice(0, 20).map((each) => redacted(each, depth + 1));
  if (typeof value !== "object" || value === null) return value;
  if (depth > 4) return "{…}";
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      SECRET_FIELDS.has(name) ? "[removed]" : redacted(each, depth + 1),
    ]),
  );
}
