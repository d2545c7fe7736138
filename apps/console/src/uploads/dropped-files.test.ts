import assert from "node:assert/strict";
import { test } from "node:test";
import { readDropped } from "./dropped-files.ts";

/** Like browsers: a reader returns a hundred entries at a time, then none. */
const HANDED_OUT = 100;

const fileEntry = (name: string) =>
  ({
    isDirectory: false,
    name,
    file: (done: (file: File) => void) => done(new File(["x"], name)),
  }) as unknown as FileSystemEntry;

function folderEntry(name: string, children: readonly FileSystemEntry[]): FileSystemEntry {
  const createReader = () => {
    let at = 0;
    return {
      readEntries: (done: (some: readonly FileSystemEntry[]) => void) => {
        done(children.slice(at, at + HANDED_OUT));
        at += HANDED_OUT;
      },
    };
  };
  return { isDirectory: true, name, createReader } as unknown as FileSystemEntry;
}

test("everything in a dropped folder is uploaded, past the first hundred entries, with its folders, even empty ones", async () => {
  const many = Array.from({ length: 1234 }, (_, at) => fileEntry(`${at}.txt`));
  const dropped = [
    folderEntry("trip", [folderEntry("day 1", many), folderEntry("day 2", []), fileEntry("plan.txt")]),
    fileEntry("alone.txt"),
  ];
  const pieces: number[] = [];
  const files: string[] = [];
  const empty: string[] = [];
  await readDropped(dropped, ["Photos"], {
    onFiles: (piece) => {
      pieces.push(piece.length);
      files.push(...piece.map(({ file, folder }) => [...folder, file.name].join("/")));
    },
    onEmptyFolder: (path) => empty.push(path.join("/")),
  });
  assert.equal(files.length, 1236);
  assert.equal(new Set(files).size, 1236);
  assert.ok(files.includes("Photos/trip/day 1/1233.txt"));
  assert.ok(files.includes("Photos/trip/plan.txt"));
  assert.ok(files.includes("Photos/alone.txt"));
  assert.deepEqual(empty, ["Photos/trip/day 2"]);
  assert.ok(Math.max(...pieces) <= 500, "in portions, so that the page is never blocked");
});
