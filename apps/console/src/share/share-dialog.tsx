import type { Link } from "@consigne/sdk";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { Button } from "react-aria-components";
import { client } from "../api/client.ts";
import type { Entry } from "../api/entries.ts";
import { refreshFolders } from "../files/folder-data.ts";
import { DialogBox } from "../frame/dialog-box.tsx";
import { useNotices } from "../frame/notices.tsx";
import { LoadFailure, Problem } from "../frame/problem.tsx";
import { useAsked } from "../frame/use-asked.ts";
import { useCall } from "../frame/use-call.ts";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import { isOver, LinkFacts } from "./link-facts.tsx";
import { LinkForm } from "./link-form.tsx";
import { OwnLink } from "./own-link.tsx";
import { People } from "./people.tsx";
import { RemoveLink } from "./remove-link.tsx";
import styles from "./share.module.css";

/** The server's limit per file or folder. */
const MOST_LINKS = 100;

type Asked = { kind: "new" } | { kind: "change" | "remove"; link: Link };

/** Every link of one file or folder, with its rules. */
export function ShareDialog({ entry, onClose }: { entry: Entry; onClose(): void }) {
  const { text } = useText("share");
  const notices = useNotices();
  const queries = useQueryClient();
  const [asked, ask, close] = useAsked<Asked>();
  const call = useCall();
  const newButton = useRef<HTMLButtonElement>(null);
  const target = entry.kind === "folder" ? { folderId: entry.id } : { fileId: entry.id };
  const queryKey = ["links", entry.key];
  const { data: all, error, refetch } = useQuery({ queryKey, queryFn: () => client.links.list(target) });
  const own = all?.find(({ isOwn }) => isOwn);
  const links = all?.filter(({ isOwn }) => !isOwn);
  const reloadLinks = () => queries.invalidateQueries({ queryKey });
  const reload = async () => {
    // The list of files behind the dialog shows the password and restrictions of their own links.
    void refreshFolders(queries);
    await reloadLinks();
  };
  const turn = async ({ id, isEnabled }: Link) => {
    if (await call.run(() => client.links.change(id, { isEnabled: !isEnabled })))
      notices.tell(text(isEnabled ? "share.isOff" : "share.isOn"));
    await reload();
  };
  const removed = async () => {
    await reloadLinks();
    // The focused button is gone with its link.
    setTimeout(() => newButton.current?.focus());
    await refreshFolders(queries);
  };
  return (
    <DialogBox title={text("share.title", { name: entry.name })} onClose={onClose}>
      <OwnLink
        entry={entry}
        link={own}
        onTurn={(link) => void turn(link)}
        onChange={(link) => ask({ kind: "change", link })}
      />
      {entry.kind === "folder" && <People folder={entry} />}
      <h3 className={styles.heading}>{text("share.further")}</h3>
      <p className="quiet">{text("share.furtherText")}</p>
      {entry.kind === "folder" && <p className="quiet">{text("share.folderText")}</p>}
      <Problem call={call} />
      {error !== null && links === undefined && <LoadFailure error={error} retry={() => void refetch()} />}
      {links !== undefined && links.length > 0 && (
        <ul className={styles.links} aria-label={text("share.further")}>
          {links.map((link) => (
            <li key={link.id} data-quiet={isOver(link) || undefined}>
              <LinkFacts
                link={link}
                entry={entry}
                onTurn={() => void turn(link)}
                onChange={() => ask({ kind: "change", link })}
                onRemove={() => ask({ kind: "remove", link })}
              />
            </li>
          ))}
        </ul>
      )}
      {links !== undefined && links.length < MOST_LINKS && (
        <Button ref={newButton} className="button" onPress={() => ask({ kind: "new" })}>
          <Icon name="plus" />
          {text("share.new")}
        </Button>
      )}
      {asked?.kind === "new" && <LinkForm entry={entry} target={target} onSaved={reload} onClose={close} />}
      {asked?.kind === "change" && (
        <LinkForm entry={entry} target={target} link={asked.link} onSaved={reload} onClose={close} />
      )}
      {asked?.kind === "remove" && <RemoveLink link={asked.link} onRemoved={removed} onClose={close} />}
    </DialogBox>
  );
}
