import { FolderGoneError } from "../api/entries.ts";
import { LoadFailure } from "../frame/problem.tsx";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import { UploadMenu } from "../uploads/upload-menu.tsx";
import styles from "./folder-page.module.css";

export function EmptyFolder({ path }: { path: readonly string[] }) {
  const { text } = useText();
  return (
    <div className={styles.state}>
      <Icon name="tray" />
      <h2>{text("files.empty")}</h2>
      <p>{text("files.emptyAdvice")}</p>
      <UploadMenu path={path} />
      <p className={styles.quiet}>{text("files.emptyRclone")}</p>
      <pre tabIndex={0}>consigne run -- rclone copy ./photos my1fichier:{path.join("/")}</pre>
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

export function FolderFailure({ error, isGone, retry }: { error: Error; isGone: boolean; retry(): void }) {
  const { text } = useText();
  if (!isGone || !(error instanceof FolderGoneError)) return <LoadFailure error={error} retry={retry} />;
  return (
    <div className={styles.state} role="alert">
      <Icon name="warning" />
      <h2>{text("fail.folderGone", { name: error.folderName })}</h2>
      <p>{text("fail.folderGoneAdvice")}</p>
      <a className="button" href="#/files">
        {text("fail.toRoot")}
      </a>
    </div>
  );
}
