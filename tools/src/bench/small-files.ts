import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface TreeShape {
  folders: number;
  filesInFolder: number;
  fileBytes: number;
}

/** Creates files of random bytes, which were never stored before. */
export async function makeTree(tree: string, { folders, filesInFolder, fileBytes }: TreeShape): Promise<void> {
  for (const name of folderNames(folders)) {
    await mkdir(join(tree, name), { recursive: true });
    for (let number = 0; number < filesInFolder; number += 1) {
      await writeFile(join(tree, name, `file-${number}.bin`), randomBytes(fileBytes));
    }
  }
}

export const folderNames = (count: number): string[] =>
  Array.from({ length: count }, (_, number) => `folder-${String(number).padStart(3, "0")}`);
