/** Names that no other machine can resolve, now or ever (RFC 6761). */
const NO_HOST = /@(?:[^@]*\.)?(?:localhost|invalid)$/i;

/**
 * Whether no mail server can deliver to this address. When mail goes to a folder on the disk, it is still kept for the
 * operator.
 */
export function isUnreachableAddress(email: string): boolean {
  return NO_HOST.test(email);
}
