/** What a person may do in a shared folder. */
export function rightText({ canWrite, hidesLinks }: { canWrite: boolean; hidesLinks: boolean }): string {
  if (canWrite) return "read and write";
  return hidesLinks ? "read, links hidden" : "read";
}
