/**
 * Makes a folder and those above it that are missing, each with `mode`. It always ends, where Node's own `recursive` would
 * not.
 * @returns the topmost one that was missing; undefined where all were there
 */
export function makeFolder(path: string, mode: number): string | undefined;
