/** Names that no other machine knows, and that never will be anybody's (RFC 6761). */
const NO_HOST = /@(?:[^@]*\.)?(?:localhost|invalid)$/i;

/** Whether no mail server can bring a letter there. In a folder on the disk it may wait for whoever runs the server. */
export function isUnreachableAddress(email: string): boolean {
  return NO_HOST.test(email);
}
