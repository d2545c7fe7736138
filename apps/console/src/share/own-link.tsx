import type { Link } from "@consigne/sdk";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "react-aria-components";
import { client } from "../api/client.ts";
import type { Entry, FileItem, FolderItem } from "../api/entries.ts";
import { LoadFailure, Problem } from "../frame/problem.tsx";
import { useCall } from "../frame/use-call.ts";
import { useText } from "../texts/use-text.ts";
import { isOver, LinkFacts } from "./link-facts.tsx";
import { LinkLine } from "./link-line.tsx";
import styles from "./share.module.css";

interface Props {
  entry: Entry;
  /** The file's own link, once loaded. */
  link: Link | undefined;
  onTurn(link: Link): void;
  onChange(link: Link): void;
}

/** What leads to the entry without an additional link. */
export function OwnLink({ entry, ...rest }: Props) {
  return entry.kind === "file" ? <LinkOfFile file={entry} {...rest} /> : <PageOfFolder folder={entry} />;
}

function LinkOfFile({ file, link, onTurn, onChange }: Omit<Props, "entry"> & { file: FileItem }) {
  const { text } = useText("share");
  return (
    <>
      <h3 className={styles.heading}>{text("share.own")}</h3>
      {link === undefined ? (
        <LinkLine url={file.url} entry={file} />
      ) : (
        <div className={styles.own} data-quiet={isOver(link) || undefined}>
          <LinkFacts link={link} entry={file} onTurn={() => onTurn(link)} onChange={() => onChange(link)} />
        </div>
      )}
    </>
  );
}

function PageOfFolder({ folder }: { folder: FolderItem }) {
  const { text } = useText("share");
  const queries = useQueryClient();
  const call = useCall();
  const queryKey = ["share", folder.key];
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: async () => ({ url: (await client.folders.get(folder.id)).publicUrl }),
  });
  const change = async (isPublic: boolean) => {
    await call.run(() => (isPublic ? client.shares.publish(folder.id) : client.shares.withdraw(folder.id)));
    await queries.invalidateQueries({ queryKey });
  };
  return (
    <>
      <h3 className={styles.heading}>{text("share.page")}</h3>
      {error !== null && data === undefined && <LoadFailure error={error} retry={() => void refetch()} />}
      {data?.url !== undefined && <LinkLine url={data.url} entry={folder} />}
      {data !== undefined && data.url === undefined && <p className="quiet">{text("share.pageNone")}</p>}
      <Problem call={call} />
      {data !== undefined && (
        <Button className="button plain" onPress={() => void change(data.url === undefined)}>
          {text(data.url === undefined ? "share.pageOn" : "share.pageOff")}
        </Button>
      )}
    </>
  );
}
