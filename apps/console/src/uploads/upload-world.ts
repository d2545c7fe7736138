import type { QueryClient } from "@tanstack/react-query";
import { ensureFolderIn, filesIn } from "../api/entries.ts";
import { refusalOf } from "../api/failure.ts";
import { isLineFailure, serverAnswers } from "../api/line.ts";
import { dropFile, goesTogether, largestFileBytes, sendFile } from "../api/send-file.ts";
import { replaceBytes } from "../api/versions.ts";
import { refreshFolders } from "../files/folder-data.ts";
import type { Unfinished } from "./unfinished.ts";
import type { UploadWorld } from "./upload-item.ts";

const REFRESH_MS = 1000;

interface Page {
  queries: QueryClient;
  unfinished: Unfinished;
  ask: UploadWorld["ask"];
}

/** The server and the page, as the queue needs them. */
export const worldOf = ({ queries, unfinished, ask }: Page): UploadWorld => ({
  send: sendFile,
  goesTogether: (item) => goesTogether(item.file, item),
  drop: (file) => void dropFile(file).catch(() => undefined),
  begunBefore: (item) => unfinished.take(item),
  ensureFolderIn,
  filesIn,
  replace: replaceBytes,
  ask,
  largestFileBytes,
  isLineFailure,
  refusalOf,
  serverAnswers,
  onArrival: soon(() => void refreshFolders(queries)),
});

/** Once for everything that happens within a second. */
function soon(work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      work();
    }, REFRESH_MS);
  };
}
