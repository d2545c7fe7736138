import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Button } from "react-aria-components";
import { discardUpload, type OpenPlace, type OpenUpload, openUploads } from "../api/open-uploads.ts";
import { takesParts } from "../api/send-file.ts";
import { ConfirmDialog } from "../frame/confirm-dialog.tsx";
import { useNotices } from "../frame/notices.tsx";
import { formatDay, formatSize } from "../looks/format.ts";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import type { Lacking } from "./unfinished.ts";
import styles from "./uploads.module.css";
import { useUploads } from "./uploads-provider.tsx";

const OPEN_UPLOADS = ["open uploads"] as const;

/**
 * Files that have not arrived: those that this tab was sending before the page was reloaded, and incomplete uploads on
 * the server, also from other browsers or programs of the account. A browser only provides the files after they are
 * chosen again.
 */
export function UnfinishedNotice() {
  const { text } = useText("uploads");
  const { unfinished } = useUploads();
  const [isOpen, setOpen] = useState(false);
  const [isClosed, setClosed] = useState(false);
  const { data: begun = [] } = useQuery({
    queryKey: OPEN_UPLOADS,
    queryFn: async () => ((await takesParts()) ? await openUploads() : []),
    // Uploads of this page change it.
    staleTime: 0,
  });
  const known = new Set(begun.map(({ id }) => id));
  const others = unfinished.lacking.filter((each) => each.begun === undefined || !known.has(each.begun.uploadId));
  const count = begun.length + others.length + unfinished.others;
  if (isClosed || count === 0) return null;
  const close = () => {
    unfinished.forget();
    setClosed(true);
  };
  return (
    <section className={styles.bar} aria-label={text("up.title")}>
      {isOpen && <LackingList begun={begun} others={others} more={unfinished.others} />}
      <div className={styles.summary}>
        <Button
          className="icon-button"
          aria-expanded={isOpen}
          aria-label={text(isOpen ? "up.hideLacking" : "up.showLacking")}
          onPress={() => setOpen(!isOpen)}
        >
          <Icon name={isOpen ? "down" : "up"} />
        </Button>
        <p role="status">{text("up.lackingCount", { count })}</p>
        <Button className="icon-button" aria-label={text("up.clear")} onPress={close}>
          <Icon name="close" />
        </Button>
      </div>
    </section>
  );
}

interface ListProps {
  begun: readonly OpenUpload[];
  others: readonly Lacking[];
  /** Beyond those. */
  more: number;
}

function LackingList({ begun, others, more }: ListProps) {
  const { text } = useText("uploads");
  return (
    <div className={styles.list} tabIndex={0} role="group" aria-label={text("up.lacking")}>
      <ul className={styles.names}>
        {begun.map((upload) => (
          <BegunRow key={upload.id} upload={upload} />
        ))}
        {others.map(({ path }, at) => (
          // oxlint-disable-next-line react/no-array-index-key -- two files may have one path
          <li key={`${path} ${at}`}>{path}</li>
        ))}
        {more > 0 && <li>{text("up.lackingMore", { count: more })}</li>}
      </ul>
    </div>
  );
}

function BegunRow({ upload }: { upload: OpenUpload }) {
  const { text, language } = useText("uploads");
  const { queue } = useUploads();
  const queries = useQueryClient();
  const notices = useNotices();
  const field = useRef<HTMLInputElement>(null);
  const [isAsking, setAsking] = useState(false);
  const { id, folderId, place, name, sizeBytes, receivedBytes, expiresAt } = upload;
  const path = place === undefined ? name : [...place.names, name].join("/");
  const goOn = (file: File, { names, owner }: OpenPlace) => {
    const picked = { file, begun: { uploadId: id, plan: { name, replacedUrl: undefined } } };
    if (owner !== undefined) queue.add([{ ...picked, folder: [] }], { folderId, name: names.at(-1) ?? "", owner });
    else queue.add([{ ...picked, folder: names }]);
  };
  const discard = async () => {
    setAsking(false);
    try {
      await discardUpload(id);
    } catch (error) {
      notices.fail(error);
    }
    await queries.invalidateQueries({ queryKey: OPEN_UPLOADS });
  };
  return (
    <li className={styles.left}>
      <div className={styles.words}>
        <div>{path}</div>
        <div className={styles.state}>
          {text("up.partThere", {
            received: formatSize(receivedBytes, language),
            size: formatSize(sizeBytes, language),
            day: formatDay(expiresAt, language),
          })}
          {place === undefined && ` ${text("up.folderGone")}`}
        </div>
      </div>
      {place !== undefined && (
        <Button className="tool" aria-label={text("up.continueOne", { name })} onPress={() => field.current?.click()}>
          {text("up.continue")}
        </Button>
      )}
      <Button className="tool" aria-label={text("up.discardOne", { name })} onPress={() => setAsking(true)}>
        {text("up.discard")}
      </Button>
      <input
        ref={field}
        type="file"
        hidden
        onChange={({ currentTarget: { files } }) => {
          const [file] = files ?? [];
          if (file !== undefined && place !== undefined) goOn(file, place);
        }}
      />
      {isAsking && (
        <ConfirmDialog
          title={text("up.discardTitle", { name })}
          action={text("up.discard")}
          onConfirm={discard}
          onClose={() => setAsking(false)}
        >
          <p>{text("up.discardText", { received: formatSize(receivedBytes, language) })}</p>
        </ConfirmDialog>
      )}
    </li>
  );
}
