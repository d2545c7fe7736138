import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import type { Entry } from "../api/entries.ts";
import { previewKind } from "../api/preview.ts";
import { DialogBox } from "../frame/dialog-box.tsx";
import { useNotices } from "../frame/notices.tsx";
import { copyText } from "../looks/copy-text.ts";
import { formatBytes, formatSize, formatWholeDate } from "../looks/format.ts";
import { Icon } from "../looks/icons.tsx";
import { formatNumber } from "../texts/per-language.ts";
import { useText } from "../texts/use-text.ts";
import styles from "./details-panel.module.css";
import { marksOf } from "./entry-words.tsx";
import type { FolderActions } from "./use-folder-commands.ts";
import type { Question } from "./use-question.ts";
import { VersionList } from "./version-list.tsx";

interface Props {
  entry: Entry | undefined;
  /** Over the list, if there is no room beside it. */
  isModal: boolean;
  page: Pick<FolderActions, "ask" | "hideDetails" | "rights">;
}

export function DetailsPanel({ entry, isModal, page }: Props) {
  const { text } = useText();
  const onClose = page.hideDetails;
  const isOwn = page.rights.owner === undefined;
  const ask = (question: Question) => {
    // One dialog at a time.
    if (isModal) page.hideDetails();
    page.ask(question);
  };
  if (isModal)
    return (
      <DialogBox title={entry?.name ?? text("details.title")} onClose={onClose}>
        <Details entry={entry} isOwn={isOwn} onAsk={ask} />
      </DialogBox>
    );
  return (
    <aside aria-label={text("details.title")} className={styles.panel}>
      <div className={styles.head}>
        <h2>{entry?.name ?? text("details.title")}</h2>
        <Button className="icon-button" aria-label={text("app.close")} onPress={onClose}>
          <Icon name="close" />
        </Button>
      </div>
      <Details entry={entry} isOwn={isOwn} onAsk={ask} />
    </aside>
  );
}

interface DetailsProps extends Pick<Props, "entry"> {
  /** Links, attributes and versions are only for the owner. */
  isOwn: boolean;
  onAsk(question: Question): void;
}

function Details({ entry, isOwn, onAsk }: DetailsProps) {
  const { text, language } = useText();
  if (entry === undefined) return <p>{text("details.none")}</p>;
  const marks = marksOf(entry).map((mark) => text(`files.mark.${mark}`));
  return (
    <>
      <div className={styles.tools}>
        {entry.kind === "file" && previewKind(entry) !== undefined && (
          <Button className="button plain" onPress={() => onAsk({ kind: "preview", file: entry })}>
            <Icon name="picture" />
            {text("sel.preview")}
          </Button>
        )}
        {isOwn && (
          <Button className="button plain" onPress={() => onAsk({ kind: "share", entry })}>
            <Icon name="share" />
            {text("sel.share")}
          </Button>
        )}
        {isOwn && entry.kind === "file" && (
          <Button className="button plain" onPress={() => onAsk({ kind: "attributes", files: [entry] })}>
            <Icon name="gear" />
            {text("sel.attributes")}
          </Button>
        )}
      </div>
      <dl className={styles.list}>
        <Fact name={text("details.kind")}>{text(entry.kind === "folder" ? "files.folder" : "files.file")}</Fact>
        {entry.kind === "file" && (
          <Fact name={text("details.size")}>
            {formatSize(entry.sizeBytes, language)}
            {entry.sizeBytes >= 1024 && ` (${formatBytes(entry.sizeBytes, language)})`}
          </Fact>
        )}
        <Fact name={text("details.date")}>{formatWholeDate(entry.date, language)}</Fact>
        {entry.kind === "file" && (
          <Fact name={text("files.downloads")}>
            {text("details.downloads", { count: formatNumber(entry.downloads, language) })}
          </Fact>
        )}
        {entry.kind === "file" && entry.contentType !== undefined && (
          <Fact name={text("details.type")}>{entry.contentType}</Fact>
        )}
        {marks.length > 0 && (
          <Fact name={text("files.marks")}>
            {marks.join(", ")}
            {entry.kind === "file" && entry.isDamaged && <div className="quiet small">{text("details.damaged")}</div>}
          </Fact>
        )}
        {entry.kind === "file" && entry.url !== "" && (
          <Fact name={text("details.link")}>
            <a href={`${entry.url}&page=1`}>{entry.url}</a>
            <CopyButton label={text("details.copyLink")} value={entry.url} />
          </Fact>
        )}
        {entry.kind === "file" && entry.whirlpool !== undefined && (
          <Fact name={text("details.checksum")}>
            <code>{entry.whirlpool}</code>
            <CopyButton label={text("details.copyChecksum")} value={entry.whirlpool} />
          </Fact>
        )}
      </dl>
      {isOwn && entry.kind === "file" && <VersionList file={entry} />}
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function CopyButton({ label, value }: { label: string; value: string }) {
  const { text } = useText();
  const notices = useNotices();
  const copy = async () => {
    if (await copyText(value)) notices.tell(text("details.copied"));
    else notices.tell(text("done.copyFailed"), { copyText: value });
  };
  return (
    <Button className="button plain" onPress={() => void copy()}>
      <Icon name="copy" />
      {label}
    </Button>
  );
}
