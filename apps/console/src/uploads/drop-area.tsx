import { type ClipboardEvent, type DragEvent, type ReactNode, useRef, useState } from "react";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import { entriesOf } from "./dropped-files.ts";
import styles from "./uploads.module.css";
import { useUploads } from "./uploads-provider.tsx";

/** Takes files and folders that are dropped anywhere on the page, and files that are pasted. */
export function DropArea({ path, name, children }: { path: readonly string[]; name: string; children: ReactNode }) {
  const { text } = useText();
  const uploads = useUploads();
  // Each element on the way in and out tells of itself.
  const depth = useRef(0);
  const [isOver, setOver] = useState(false);
  const enter = (change: number) => (event: DragEvent) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    depth.current += change;
    setOver(depth.current > 0);
  };
  const drop = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    depth.current = 0;
    setOver(false);
    uploads.drop(entriesOf(event.dataTransfer), path);
  };
  const paste = ({ clipboardData, target }: ClipboardEvent) => {
    const isField = target instanceof Element && target.closest("input, textarea") !== null;
    if (!isField && clipboardData.files.length > 0) uploads.add(clipboardData.files, path);
  };
  return (
    <div
      className={styles.area}
      onDragEnter={enter(1)}
      onDragLeave={enter(-1)}
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes("Files")) event.preventDefault();
      }}
      onDrop={drop}
      onPaste={paste}
    >
      {children}
      {isOver && (
        <div className={styles.over}>
          <Icon name="upload" />
          {text("up.drop", { folder: name })}
        </div>
      )}
    </div>
  );
}
