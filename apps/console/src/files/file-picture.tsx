import { useState } from "react";
import type { FileItem } from "../api/entries.ts";
import { Icon, iconOfType } from "../looks/icons.tsx";
import styles from "./entry-grid.module.css";

/** The delays while waiting for a thumbnail to be made: in total as long as its job may take on a busy machine. */
const WAITS_MS = [700, 1500, 3000, 6000, 12_000, 24_000, 36_000, 48_000];

/**
 * The thumbnail of a picture, or the icon of its kind: in the same place, so that nothing moves. The name is beside it.
 */
export function FilePicture({ file }: { file: Pick<FileItem, "contentType" | "thumbnailUrl"> }) {
  const { contentType, thumbnailUrl } = file;
  if (thumbnailUrl === undefined) return <Icon name={iconOfType(contentType)} />;
  return <Thumbnail key={thumbnailUrl} url={thumbnailUrl} contentType={contentType} />;
}

function Thumbnail({ url, contentType }: { url: string; contentType: string | undefined }) {
  const [tries, setTries] = useState(0);
  const [isShown, show] = useState(false);
  const wait = WAITS_MS[tries];
  return (
    <span className={styles.picture}>
      {!isShown && <Icon name={iconOfType(contentType)} />}
      {wait !== undefined && (
        <img
          key={tries}
          // Requested again if it was not made yet.
          src={tries === 0 ? url : `${url}?${tries}`}
          alt=""
          width={24}
          height={24}
          loading="lazy"
          decoding="async"
          draggable={false}
          data-shown={isShown || undefined}
          onLoad={() => show(true)}
          onError={() => setTimeout(() => setTries(tries + 1), wait)}
        />
      )}
    </span>
  );
}
