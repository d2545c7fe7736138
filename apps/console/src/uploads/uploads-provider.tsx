import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import { client } from "../api/client.ts";
import { replaceBytes } from "../api/versions.ts";
import { filesIn } from "../api/entries.ts";
import { isLineFailure, serverAnswers } from "../api/line.ts";
import { largestFileBytes, sendFile } from "../api/upload-door.ts";
import { refreshFolders } from "../files/folder-data.ts";
import { useLoadedSoon } from "../frame/use-loaded-soon.ts";
import { useNotices } from "../frame/notices.tsx";
import type { ConflictDialog } from "./conflict-dialog.tsx";
import { withTexts } from "../texts/language.ts";
import { readChosen, readDropped } from "./dropped-files.ts";
import type { Conflict, ConflictChoice } from "./upload-item.ts";
import { UploadQueue } from "./upload-queue.ts";

const loadDialog = withTexts(["conflict"], () => import("./conflict-dialog.tsx"));

type Answer = { choice: ConflictChoice; forAll: boolean } | undefined;

interface Asked {
  Dialog: typeof ConflictDialog;
  conflict: Conflict;
  answer(given: Answer): void;
}

interface Uploads {
  queue: UploadQueue;
  /** Opens the browser's own dialog. */
  choose(path: readonly string[], what: "files" | "folder"): void;
  drop(entries: readonly FileSystemEntry[], path: readonly string[]): void;
  /** Files without folders, as they are pasted. */
  add(files: Iterable<File>, path: readonly string[]): void;
}

const UploadsContext = createContext<Uploads | undefined>(undefined);
const REFRESH_MS = 1000;

export function useUploads(): Uploads {
  const uploads = useContext(UploadsContext);
  if (uploads === undefined) throw new Error("Nobody takes uploads here.");
  return uploads;
}

export function UploadsProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const notices = useNotices();
  const [asked, setAsked] = useState<Asked>();
  const input = useRef<HTMLInputElement>(null);
  const target = useRef<readonly string[]>([]);
  const queue = useMemo(
    () =>
      new UploadQueue({
        send: sendFile,
        ensureFolder: (path) => client.at(`/${path.join("/")}`).ensureFolder(),
        filesIn,
        replace: replaceBytes,
        ask: async (conflict) => {
          const { ConflictDialog: Dialog } = await loadDialog();
          return await new Promise<Answer>((resolve) => {
            const answer = (given: Answer) => {
              setAsked(undefined);
              resolve(given);
            };
            setAsked({ Dialog, conflict, answer });
          });
        },
        largestFileBytes,
        isLineFailure,
        serverAnswers,
        onArrival: soon(() => void refreshFolders(queries)),
      }),
    [queries],
  );
  useLoadedSoon(loadDialog);
  useWarningOnLeaving(queue);
  useEffect(() => {
    // The browser knows before a call fails.
    const lose = () => queue.noteOffline();
    addEventListener("offline", lose);
    return () => removeEventListener("offline", lose);
  }, [queue]);
  const uploads = useMemo<Uploads>(
    () => ({
      queue,
      choose: (path, what) => {
        const field = input.current;
        if (field === null) return;
        target.current = path;
        field.webkitdirectory = what === "folder";
        field.click();
      },
      drop: (entries, path) => {
        const picking = {
          onFiles: queue.add.bind(queue),
          onEmptyFolder: (folder: readonly string[]) => void queue.addFolder(folder).catch(notices.fail),
        };
        readDropped(entries, path, picking).catch(notices.fail);
      },
      add: (files, path) => queue.add(readChosen(files, path)),
    }),
    [queue, notices],
  );
  return (
    <UploadsContext value={uploads}>
      {children}
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          uploads.add(currentTarget.files ?? [], target.current);
          // The same files may be chosen again.
          currentTarget.value = "";
        }}
      />
      {asked !== undefined && <asked.Dialog conflict={asked.conflict} onAnswer={asked.answer} />}
    </UploadsContext>
  );
}

function useWarningOnLeaving(queue: UploadQueue): void {
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (queue.isBusy) event.preventDefault();
    };
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [queue]);
}

/** Once for all that happens within a second. */
function soon(work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      work();
    }, REFRESH_MS);
  };
}
