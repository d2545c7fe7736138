/**
 * Makes a folder and its missing parents, each with `mode`. It always ends, unlike Node's own `recursive`.
 * @returns the topmost one that was missing; undefined if all existed
 */
export function makeFolder(path: string, mode: number): string | undefined;
