import { type ClipboardEvent, type DragEvent, type ReactNode, useRef, useState } from "react";
import type { Place } from "../api/place.ts";
import { useNotices } from "../frame/notices.tsx";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import { entriesOf } from "./dropped-files.ts";
import styles from "./uploads.module.css";
import { useUploads } from "./uploads-provider.tsx";

interface Props {
  place: Place;
  name: string;
  /** Why nothing may be added here. */
  refusal: string | undefined;
  children: ReactNode;
}

/** Accepts files and folders dropped anywhere on the page, and pasted files. */
export function DropArea({ place, name, refusal, children }: Props) {
  const { text } = useText();
  const uploads = useUploads();
  const notices = useNotices();
  // Each nested element sends its own events.
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
    if (refusal === undefined) uploads.drop(entriesOf(event.dataTransfer), place);
    else notices.tell(refusal);
  };
  const paste = ({ clipboardData, target }: ClipboardEvent) => {
    const isField = target instanceof Element && target.closest("input, textarea") !== null;
    if (isField || clipboardData.files.length === 0) return;
    if (refusal === undefined) uploads.add(clipboardData.files, place);
    else notices.tell(refusal);
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
          <Icon name={refusal === undefined ? "upload" : "warning"} />
          {refusal ?? text("up.drop", { folder: name })}
        </div>
      )}
    </div>
  );
}
