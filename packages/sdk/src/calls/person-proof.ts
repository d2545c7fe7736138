/** Who proves by a password what no key may do. */
export interface Person {
  email: string;
  password: string;
}

/** What goes along with a call of theirs, as RFC 7617 has it. @throws {TypeError} no header can carry the address */
export function personProof({ email, password }: Person): string {
  if (email.includes(":")) throw new TypeError("An e-mail address with a colon cannot be sent with a call.");
  const bytes = new TextEncoder().encode(`${email}:${password}`);
  return `Basic ${btoa(Array.from(bytes, (byte) => String.fromCodePoint(byte)).join(""))}`;
}
