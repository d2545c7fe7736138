import type { Place } from "../api/place.ts";
import { Icon } from "../looks/icons.tsx";
import { sharedHref } from "../shared/shared-route.ts";
import { useText } from "../texts/use-text.ts";
import { UploadMenu } from "../uploads/upload-menu.tsx";
import styles from "./folder-page.module.css";

export function EmptyFolder({ place, mayFill }: { place: Place; mayFill: boolean }) {
  const { text } = useText();
  return (
    <div className={styles.state}>
      <Icon name="tray" />
      <h2>{text("files.empty")}</h2>
      {mayFill && (
        <>
          <p>{text("files.emptyAdvice")}</p>
          <UploadMenu place={place} />
        </>
      )}
      {place.kind === "own" && (
        <>
          <p className={styles.quiet}>{text("files.emptyRclone")}</p>
          <pre>consigne run -- rclone copy ./photos my1fichier:{place.path.join("/")}</pre>
        </>
      )}
    </div>
  );
}

export function NoMatch({ filter }: { filter: string }) {
  const { text } = useText();
  return (
    <div className={styles.state} role="status">
      <Icon name="search" />
      <h2>{text("files.noMatch", { text: filter })}</h2>
      <p>{text("files.noMatchAdvice")}</p>
    </div>
  );
}

/** It does not exist, or no longer for this user. */
export function FolderGone({ name, isShared }: { name: string; isShared: boolean }) {
  const { text } = useText();
  return (
    <div className={styles.state} role="alert">
      <Icon name="warning" />
      <h2>{text(isShared ? "fail.sharedGone" : "fail.folderGone", { name })}</h2>
      <p>{text(isShared ? "fail.sharedGoneAdvice" : "fail.folderGoneAdvice")}</p>
      <a className="button" href={isShared ? sharedHref() : "#/files"}>
        {text(isShared ? "fail.toShared" : "fail.toRoot")}
      </a>
    </div>
  );
}
