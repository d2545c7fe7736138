import type { ReceivedFolder } from "@consigne/sdk";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Button } from "react-aria-components";
import { client } from "../api/client.ts";
import { SHARE } from "../api/shared-place.ts";
import { ConfirmDialog } from "../frame/confirm-dialog.tsx";
import { SelectField } from "../frame/field.tsx";
import { useNotices } from "../frame/notices.tsx";
import { Page } from "../frame/page.tsx";
import pageStyles from "../frame/page.module.css";
import { LoadFailure } from "../frame/problem.tsx";
import { Records } from "../frame/records.tsx";
import { useAsked } from "../frame/use-asked.ts";
import { useCall } from "../frame/use-call.ts";
import { formatWholeDate } from "../looks/format.ts";
import { Icon } from "../looks/icons.tsx";
import { rightOf } from "../share/person-rights.ts";
import { useText } from "../texts/use-text.ts";
import { inOrder, type ReceivedOrder, receivedOrders } from "./received-order.ts";
import { sharedHref } from "./shared-route.ts";
import styles from "./shared.module.css";

const RECEIVED = [SHARE, "received"] as const;
/** The command line lists more. */
const MOST_SHOWN = 1000;

async function listReceived(): Promise<ReceivedFolder[]> {
  const all: ReceivedFolder[] = [];
  for await (const folder of client.shares.received()) if (all.push(folder) >= MOST_SHOWN) break;
  return all;
}

/** The folders that others share with the user. */
export function ReceivedFolders() {
  const { text, language } = useText("share");
  const [asked, ask, close] = useAsked<ReceivedFolder>();
  const { data, error, refetch } = useQuery({ queryKey: RECEIVED, queryFn: listReceived });
  const [order, sort] = useState<ReceivedOrder>("name.asc");
  const folders = useMemo(() => data && inOrder(data, order, language), [data, order, language]);
  return (
    <Page title={text("nav.shared")} intro={text("shared.intro")}>
      {error !== null && data === undefined && <LoadFailure error={error} retry={() => void refetch()} />}
      {data?.length === 0 && (
        <div className={pageStyles.state}>
          <Icon name="folder" />
          <h2>{text("shared.none")}</h2>
          <p>{text("shared.noneAdvice")}</p>
        </div>
      )}
      {folders !== undefined && folders.length > 1 && (
        <div className={styles.sort}>
          <SelectField<ReceivedOrder>
            label={text("files.sort")}
            value={order}
            onChange={sort}
            options={receivedOrders.map((value) => ({
              value,
              text: text(value === "owner.asc" ? "shared.sortOwner" : `files.sort.${value}`),
            }))}
          />
        </div>
      )}
      {folders !== undefined && folders.length > 0 && (
        <Records
          label={text("nav.shared")}
          rows={folders}
          keyOf={({ folderId }) => String(folderId)}
          columns={[
            { title: text("shared.name"), cell: ({ folderId, name }) => <a href={sharedHref(folderId)}>{name}</a> },
            { title: text("shared.owner"), cell: ({ owner }) => owner },
            { title: text("shared.may"), cell: (folder) => text(`people.right.${rightOf(folder)}`) },
            { title: text("shared.date"), cell: ({ date }) => formatWholeDate(date, language) },
          ]}
          actions={{
            title: text("shared.actions"),
            of: (folder) => (
              <Button
                className="button plain"
                aria-label={text("shared.leaveOf", { name: folder.name })}
                onPress={() => ask(folder)}
              >
                {text("shared.leave")}
              </Button>
            ),
          }}
        />
      )}
      {asked !== undefined && <LeaveDialog folder={asked} onClose={close} />}
    </Page>
  );
}

function LeaveDialog({ folder, onClose }: { folder: ReceivedFolder; onClose(): void }) {
  const { text } = useText("share");
  const notices = useNotices();
  const queries = useQueryClient();
  const call = useCall();
  const { name, owner, folderId } = folder;
  const leave = async () => {
    if (!(await call.run(() => client.shares.leave(folderId)))) return;
    notices.tell(text("shared.left", { name }));
    onClose();
    await queries.invalidateQueries({ queryKey: RECEIVED });
  };
  return (
    <ConfirmDialog
      title={text("shared.leaveTitle", { name })}
      action={text("shared.leaveDo")}
      call={call}
      onConfirm={leave}
      onClose={onClose}
    >
      <p>{text("shared.leaveText", { owner })}</p>
    </ConfirmDialog>
  );
}
