import { createHash } from "node:crypto";

/** Java ships its own trust store with this password; it only protects against accidents. */
export const javaTrustStorePassword = "changeit";

const magic = 0xfeedfeed;
const version = 2;
const trustedCertificateEntry = 2;

/**
 * A Java key store (type JKS) that trusts the given PEM certificates. Every Java can read this type; writing it needs
 * no `keytool`. Layout as read by `sun.security.provider.JavaKeyStore`: header, entries, and a SHA-1 over password
 * (UTF-16BE), the words "Mighty Aphrodite" and everything before.
 */
export function javaTrustStore(certificates: readonly string[]): Buffer {
  const header = Buffer.concat([uint32(magic), uint32(version), uint32(certificates.length)]);
  const content = Buffer.concat([header, ...certificates.map(entry)]);
  const passwordBytes = Buffer.from(javaTrustStorePassword, "utf16le").swap16();
  const digest = createHash("sha1").update(passwordBytes).update("Mighty Aphrodite").update(content).digest();
  return Buffer.concat([content, digest]);
}

function entry(certificate: string, index: number): Buffer {
  const encoded = Buffer.from(certificate.replace(/-----[^-]+-----/g, ""), "base64");
  const createdAt = Buffer.alloc(8);
  return Buffer.concat([
    uint32(trustedCertificateEntry),
    shortText(`ca-${index}`),
    createdAt,
    shortText("X.509"),
    uint32(encoded.length),
    encoded,
  ]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Java's `DataOutput.writeUTF` for plain ASCII. */
function shortText(text: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  return Buffer.concat([length, Buffer.from(text, "ascii")]);
}
