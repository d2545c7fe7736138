const MIB = 1024 * 1024;

/**
 * More connections help large transfers over long distances; small files are finished before a second one is open. If
 * each piece is verified by itself, more connections cost nothing at the end.
 */
export function connectionsFor(missingBytes: number, isProvedInPieces: boolean): number {
  if (isProvedInPieces) return missingBytes < 32 * MIB ? 2 : 3;
  if (missingBytes < 64 * MIB) return 1;
  if (missingBytes < 256 * MIB) return 2;
  return missingBytes < 1024 * MIB ? 3 : 4;
}
