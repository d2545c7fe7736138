import { storedName } from "../files/names.ts";
import type { Repositories } from "../ports/database.ts";
import { nameBeside } from "./numbered-names.ts";

const MOST_NUMBER = 10_000;

export type NamedKind = "file" | "folder";
type NamedRows = Pick<Repositories, "files" | "folders">;

/** Whether an entry of the same kind has the name: a file and a folder may share one. */
export async function isNameTaken(
  { files, folders }: NamedRows,
  kind: NamedKind,
  folderId: number,
  name: string,
): Promise<boolean> {
  const found = kind === "file" ? await files.findByName(folderId, name) : await folders.findChild(folderId, name);
  return found !== undefined;
}

/** The first free name of `a (2).txt`, `a (3).txt` and so on, with its number; undefined if all are taken. */
export async function findNumberedName(
  rows: NamedRows,
  kind: NamedKind,
  folderId: number,
  { wanted, from = 2 }: { wanted: string; from?: number },
): Promise<{ name: string; number: number } | undefined> {
  for (let number = from; number <= MOST_NUMBER; number++) {
    const name = storedName(nameBeside(wanted, number, kind));
    if (!(await isNameTaken(rows, kind, folderId, name))) return { name, number };
  }
  return undefined;
}
