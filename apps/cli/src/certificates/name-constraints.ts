/** RFC 5280, 4.2.1.10. */
export const nameConstraintsOid = "2.5.29.30";

/** Lengths use as few octets as possible: otherwise Go refuses the whole certificate. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...lengthOctets(body.length)]), body]);
}

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

/**
 * DER value of a name constraints extension: certificates issued below may name these domains and their subdomains, and
 * no IP addresses. Unless addresses are excluded explicitly, a constraint on DNS names does not affect them.
 */
export function nameConstraintsValue(domains: readonly string[]): Buffer {
  const subtree = (tag: number, name: Buffer) => der(0x30, der(tag, name));
  const permitted = domains.map((domain) => subtree(0x82, Buffer.from(domain, "ascii")));
  const everyAddress = [Buffer.alloc(8), Buffer.alloc(32)].map((range) => subtree(0x87, range));
  return der(0x30, der(0xa0, ...permitted), der(0xa1, ...everyAddress));
}
