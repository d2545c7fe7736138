/** The e-mail address and password of a person, for calls that no key may make. */
export interface Person {
  email: string;
  password: string;
}

/** The credentials sent with each call, as in RFC 7617. @throws {TypeError} the address cannot be sent in a header */
export function personProof({ email, password }: Person): string {
  if (email.includes(":")) throw new TypeError("An e-mail address with a colon cannot be sent with a call.");
  const bytes = new TextEncoder().encode(`${email}:${password}`);
  return `Basic ${btoa(Array.from(bytes, (byte) => String.fromCodePoint(byte)).join(""))}`;
}
