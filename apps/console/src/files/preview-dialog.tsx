import { visible } from "@consigne/contract/visible-text";
import { useQuery } from "@tanstack/react-query";
import { createElement, type ReactNode, useEffect, useRef, useState } from "react";
import { Button, Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import type { FileItem } from "../api/entries.ts";
import { isApart, MOST_TEXT_BYTES, previewAddress, previewKind, type PreviewKind, readText } from "../api/preview.ts";
import { LoadFailure } from "../frame/problem.tsx";
import { formatSize } from "../looks/format.ts";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import styles from "./preview-dialog.module.css";

interface Props {
  file: FileItem;
  /** The file before or after it in the list that can be shown; undefined if there is none. */
  beside(file: FileItem, step: 1 | -1): FileItem | undefined;
  onDownload(file: FileItem): void;
  onShow(file: FileItem): void;
  onClose(): void;
}

/** Shows files of the list one after the other, in the whole window. */
export function PreviewDialog({ file, beside, onDownload, onShow, onClose }: Props) {
  const { text } = useText("preview");
  const [before, after] = [beside(file, -1), beside(file, 1)];
  const [first] = useState(file.key);
  useArrowKeys((step) => {
    const next = step === 1 ? after : before;
    if (next !== undefined) onShow(next);
  });
  return (
    <ModalOverlay isOpen isDismissable className="overlay" onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Modal className={styles.viewer ?? ""}>
        <Dialog className={styles.dialog ?? ""}>
          <div className={styles.head}>
            <Heading slot="title" level={2}>
              {file.name}
            </Heading>
            <Button
              className={`icon-button ${styles.previous}`}
              aria-label={text("preview.previous")}
              isDisabled={before === undefined}
              onPress={() => before !== undefined && onShow(before)}
            >
              <Icon name="right" />
            </Button>
            <Button
              className="icon-button"
              aria-label={text("preview.next")}
              isDisabled={after === undefined}
              onPress={() => after !== undefined && onShow(after)}
            >
              <Icon name="right" />
            </Button>
            <Button className="icon-button" aria-label={text("sel.download")} onPress={() => onDownload(file)}>
              <Icon name="download" />
            </Button>
            <Button className="icon-button" aria-label={text("app.close")} onPress={onClose}>
              <Icon name="close" />
            </Button>
          </div>
          {/* Screen readers announce the dialog's name only once, when it opens. */}
          <p className="visually-hidden" role="status">
            {file.key !== first && file.name}
          </p>
          <Preview key={file.key} file={file} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** Wherever the focus is, except in a player, which uses these keys itself. */
function useArrowKeys(go: (step: 1 | -1) => void): void {
  const current = useRef(go);
  useEffect(() => void (current.current = go));
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLMediaElement || event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === "ArrowRight") current.current(1);
      if (event.key === "ArrowLeft") current.current(-1);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

function Preview({ file }: { file: FileItem }) {
  const { text } = useText("preview");
  const kind = previewKind(file);
  const address = useQuery({
    queryKey: ["preview", file.key, file.whirlpool],
    queryFn: ({ signal }) => previewAddress(file, signal),
    enabled: kind !== undefined,
    // The URL is valid for minutes, and for people the file is shared with, each one counts as a download.
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
  });
  if (kind === undefined) return <Note>{text("preview.none")}</Note>;
  if (address.error !== null) return <LoadFailure error={address.error} retry={() => void address.refetch()} />;
  if (address.data === undefined) return <Note>{text("app.loading")}</Note>;
  if (kind === "text") return <TextPreview file={file} address={address.data} />;
  return <Shown file={file} kind={kind} address={address.data} />;
}

function Shown({ file, kind, address }: { file: FileItem; kind: Exclude<PreviewKind, "text">; address: string }) {
  const { text } = useText("preview");
  const [hasFailed, fail] = useState(false);
  if (kind === "pdf" && !isApart(address)) return <Note>{text("preview.noOrigin")}</Note>;
  if (kind === "pdf" && isWebKit()) return <Note>{text("preview.noViewer")}</Note>;
  if (hasFailed) return <Note isBad>{text(isApart(address) ? "preview.failed" : "preview.failedHere")}</Note>;
  const source = { src: address, onError: () => fail(true) };
  switch (kind) {
    case "image":
      return (
        <div className={styles.stage}>
          <img {...source} alt={file.name} />
        </div>
      );
    case "audio":
      return (
        <div className={styles.stage}>
          {/* oxlint-disable-next-line jsx-a11y/media-has-caption -- what somebody uploaded has none */}
          <audio {...source} controls aria-label={file.name} />
        </div>
      );
    case "video":
      return (
        <div className={styles.stage}>
          {/* oxlint-disable-next-line jsx-a11y/media-has-caption -- what somebody uploaded has none */}
          <video {...source} controls aria-label={file.name} />
        </div>
      );
    case "pdf":
      return <PdfPreview file={file} address={address} />;
  }
}

/** Its viewer runs scripts of its own, which a sandbox blocks: Safari and WebKitGTK silently show an empty page. */
const isWebKit = (): boolean => navigator.vendor.startsWith("Apple");

/** Uses the browser's viewer, if there is one; the download origin lets nothing in the file run. */
function PdfPreview({ file, address }: { file: FileItem; address: string }) {
  const { text } = useText("preview");
  const apart = (className: string) => (
    <a className={className} href={address} target="_blank" rel="noopener noreferrer">
      {text("preview.openPdf")}
    </a>
  );
  if (!navigator.pdfViewerEnabled) return <Note>{apart("button")}</Note>;
  return (
    <>
      {/* oxlint-disable-next-line react/iframe-missing-sandbox -- its answer has one; with this one Chromium shows no PDF at all */}
      <iframe className={styles.paper} src={address} title={file.name} referrerPolicy="no-referrer" />
      <p className={styles.foot}>{apart(styles.apart ?? "")}</p>
    </>
  );
}

function TextPreview({ file, address }: { file: FileItem; address: string }) {
  const { text, language } = useText("preview");
  const read = useQuery({
    queryKey: ["preview-text", address],
    queryFn: ({ signal }) => readText(file, address, signal),
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
  });
  if (read.error !== null) return <Note isBad>{text("preview.failed")}</Note>;
  if (read.data === undefined) return <Note>{text("app.loading")}</Note>;
  return (
    <>
      <div className={styles.stage}>
        {/* A plain React element: the text of a file is shown as it is. It can be focused, so that keys can scroll it. */}
        {createElement("pre", { tabIndex: 0, "aria-label": visible(file.name), role: "region" }, read.data.text)}
      </div>
      {!read.data.isWhole && (
        <p className={styles.foot}>{text("preview.beginning", { size: formatSize(MOST_TEXT_BYTES, language) })}</p>
      )}
    </>
  );
}

function Note({ isBad = false, children }: { isBad?: boolean; children: ReactNode }) {
  return (
    <div className={styles.stage}>
      <div className={styles.note} role={isBad ? "alert" : undefined}>
        {children}
      </div>
    </div>
  );
}
