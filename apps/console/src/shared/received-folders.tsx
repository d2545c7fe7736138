import type { ReceivedFolder } from "@consigne/sdk";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "react-aria-components";
import { client } from "../api/client.ts";
import { DialogBox } from "../frame/dialog-box.tsx";
import { useNotices } from "../frame/notices.tsx";
import { Page } from "../frame/page.tsx";
import pageStyles from "../frame/page.module.css";
import { LoadFailure, Problem } from "../frame/problem.tsx";
import { Records } from "../frame/records.tsx";
import { useCall } from "../frame/use-call.ts";
import { formatWholeDate } from "../looks/format.ts";
import { Icon } from "../looks/icons.tsx";
import { rightOf } from "../share/person-rights.ts";
import { useText } from "../texts/use-text.ts";
import { sharedHref } from "./shared-route.ts";

const RECEIVED = ["received"] as const;
/** More are read by the command line. */
const MOST_SHOWN = 1000;

async function listReceived(): Promise<ReceivedFolder[]> {
  const all: ReceivedFolder[] = [];
  for await (const folder of client.shares.received()) if (all.push(folder) >= MOST_SHOWN) break;
  return all;
}

/** The folders that others share with whoever looks. */
export function ReceivedFolders() {
  const { text, language } = useText("share");
  const [asked, ask] = useState<ReceivedFolder>();
  const { data, error, refetch } = useQuery({ queryKey: RECEIVED, queryFn: listReceived });
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
      {data !== undefined && data.length > 0 && (
        <Records
          label={text("nav.shared")}
          rows={data}
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
      {asked !== undefined && <LeaveDialog folder={asked} onClose={() => ask(undefined)} />}
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
    <DialogBox role="alertdialog" title={text("shared.leaveTitle", { name })} onClose={onClose}>
      <p>{text("shared.leaveText", { owner })}</p>
      <Problem call={call} />
      <div className="dialog-actions">
        {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- Enter must not give it up by accident */}
        <Button className="button plain" onPress={onClose} autoFocus>
          {text("app.cancel")}
        </Button>
        <Button className="button danger" onPress={() => void leave()}>
          {text("shared.leaveDo")}
        </Button>
      </div>
    </DialogBox>
  );
}
