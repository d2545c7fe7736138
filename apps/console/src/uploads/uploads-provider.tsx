import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import { lastStep, type Place } from "../api/place.ts";
import { loadUploadWays } from "../api/send-file.ts";
import { useLoadedSoon } from "../frame/use-loaded-soon.ts";
import { useNotices } from "../frame/notices.tsx";
import type { ConflictDialog } from "./conflict-dialog.tsx";
import { withTexts } from "../texts/language.ts";
import { readChosen, readDropped } from "./dropped-files.ts";
import type { Conflict, ConflictChoice, PickedFile, UploadTarget } from "./upload-item.ts";
import { Unfinished } from "./unfinished.ts";
import { UploadQueue } from "./upload-queue.ts";
import { worldOf } from "./upload-world.ts";

const loadDialog = withTexts(["conflict"], () => import("./conflict-dialog.tsx"));

type Answer = { choice: ConflictChoice; forAll: boolean } | undefined;

interface Asked {
  Dialog: typeof ConflictDialog;
  conflict: Conflict;
  isContinued: boolean;
  answer(given: Answer): void;
}

interface Uploads {
  queue: UploadQueue;
  unfinished: Unfinished;
  /** Opens the browser's file dialog. */
  choose(place: Place, what: "files" | "folder"): void;
  drop(entries: readonly FileSystemEntry[], place: Place): void;
  /** Adds files without folders, as when pasting. */
  add(files: Iterable<File>, place: Place): void;
}

const UploadsContext = createContext<Uploads | undefined>(undefined);

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
  const target = useRef<Place>(undefined);
  const unfinished = useMemo(() => new Unfinished(), []);
  const queue = useMemo(() => {
    const ask = async (conflict: Conflict) => {
      const { ConflictDialog: Dialog } = await loadDialog();
      return await new Promise<Answer>((resolve) => {
        const answer = (given: Answer) => {
          setAsked(undefined);
          resolve(given);
        };
        setAsked({ Dialog, conflict, isContinued: unfinished.isContinued, answer });
      });
    };
    return new UploadQueue(worldOf({ queries, unfinished, ask }));
  }, [queries, unfinished]);
  useLoadedSoon(loadDialog);
  useLoadedSoon(loadUploadWays);
  useWarningOnLeaving(queue);
  useEffect(() => {
    // The browser knows before a call fails.
    const lose = () => queue.noteOffline();
    addEventListener("offline", lose);
    return () => removeEventListener("offline", lose);
  }, [queue]);
  useEffect(() => {
    const leave = () => {
      if (queue.items.length > 0) unfinished.keep(queue.items);
    };
    addEventListener("pagehide", leave);
    return () => removeEventListener("pagehide", leave);
  }, [queue, unfinished]);
  const uploads = useMemo<Uploads>(
    () => ({
      queue,
      unfinished,
      choose: (place, what) => {
        const field = input.current;
        if (field === null) return;
        target.current = place;
        field.webkitdirectory = what === "folder";
        field.click();
      },
      drop: (entries, place) => {
        const { folder: into, base } = targetOf(place);
        const picking = {
          onFiles: (picked: readonly PickedFile[]) => queue.add(picked, base),
          onEmptyFolder: (folder: readonly string[]) => void queue.addFolder({ folder, base }).catch(notices.fail),
        };
        readDropped(entries, into, picking).catch(notices.fail);
      },
      add: (files, place) => {
        const { folder, base } = targetOf(place);
        queue.add(readChosen(files, folder), base);
      },
    }),
    [queue, unfinished, notices],
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
          if (target.current !== undefined) uploads.add(currentTarget.files ?? [], target.current);
          // The same files may be chosen again.
          currentTarget.value = "";
        }}
      />
      {asked !== undefined && (
        <asked.Dialog conflict={asked.conflict} isContinued={asked.isContinued} onAnswer={asked.answer} />
      )}
    </UploadsContext>
  );
}

function targetOf(place: Place): UploadTarget {
  if (place.kind === "own") return { folder: place.path };
  const { id, name } = lastStep(place);
  return { folder: [], base: { folderId: id, name, owner: place.right.owner } };
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
