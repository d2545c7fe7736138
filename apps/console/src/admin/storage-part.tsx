import type { ServerState } from "@consigne/sdk";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "react-aria-components";
import { client } from "../api/client.ts";
import { Facts } from "../frame/facts.tsx";
import { useNotices } from "../frame/notices.tsx";
import { LoadFailure } from "../frame/problem.tsx";
import { formatMoment, formatSize } from "../looks/format.ts";
import { useText } from "../texts/use-text.ts";
import { ProgressLine } from "../transfers/progress-line.tsx";
import { StorageCheckDialog } from "./storage-check-dialog.tsx";

type Storage = ServerState["storage"];

const RUNNING_MS = 5000;
const WAITING_MS = 1000;
/** The server counts up to this. */
const MOST_COUNTED = 500;

const isUnderWay = ({ check_state: state }: Storage): boolean => state === "waiting" || state === "running";

/** The storage and its check; updated while a check is in progress. */
export function StoragePart() {
  const { text } = useText("storage");
  const notices = useNotices();
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ["admin"],
    queryFn: () => client.admin.show(),
    refetchInterval: ({ state: { data: shown } }) => {
      if (shown === undefined || !isUnderWay(shown.storage)) return false;
      return shown.storage.check_state === "waiting" ? WAITING_MS : RUNNING_MS;
    },
  });
  if (data === undefined) return error === null ? null : <LoadFailure error={error} retry={() => void refetch()} />;
  const started = async (isStarted: boolean) => {
    notices.tell(text(isStarted ? "sto.started" : "sto.isRunning"));
    await queries.invalidateQueries({ queryKey: ["admin"] });
  };
  return (
    <>
      <StorageFacts storage={data.storage} />
      {!isUnderWay(data.storage) && (
        <p>
          <Button className="button" onPress={() => setAsking(true)}>
            {text("sto.start")}
          </Button>
        </p>
      )}
      {isAsking && <StorageCheckDialog onStarted={started} onClose={() => setAsking(false)} />}
    </>
  );
}

function StorageFacts({ storage }: { storage: Storage }) {
  const { text } = useText("storage");
  const { check_every_days: days, damaged_contents: damaged, blocked_contents: blocked } = storage;
  const counted = (count: number) => {
    if (count === 0) return text("sto.none");
    return text(count < MOST_COUNTED ? "sto.contents" : "sto.many", { count });
  };
  return (
    <Facts
      facts={[
        [text("sto.check"), days === 0 ? text("sto.off") : text("sto.every", { days })],
        [text("sto.current"), storage.check_state !== "idle" && <CurrentCheck storage={storage} />],
        [text("sto.last"), <LastCheck key="last" check={storage.last_check} />],
        [
          text("sto.damaged"),
          <>
            {counted(damaged)}
            {damaged > 0 && <div className="quiet small">{text("sto.advice")}</div>}
          </>,
        ],
        [text("sto.blocked"), counted(blocked)],
        [text("sto.collection"), storage.collection && <Collection report={storage.collection} />],
      ]}
    />
  );
}

function CurrentCheck({ storage: { check, check_state: state } }: { storage: Storage }) {
  const { text, language } = useText("storage");
  if (check === undefined) return text("sto.waiting");
  const { checked_bytes: bytes, total_bytes: totalBytes } = check;
  return (
    <>
      {text("sto.progress", {
        bytes: formatSize(bytes, language),
        totalBytes: formatSize(totalBytes, language),
        contents: check.checked_contents,
        totalContents: check.total_contents,
        damaged: check.damaged_contents,
        time: formatMoment(new Date(check.started_at), language),
      })}
      <ProgressLine label={text("sto.progressName")} done={bytes} of={totalBytes} />
      {state === "stopped" && <div className="quiet small">{text("sto.stopped")}</div>}
    </>
  );
}

function LastCheck({ check }: { check: Storage["last_check"] }) {
  const { text, language } = useText("storage");
  if (check === undefined) return text("sto.never");
  const moment = (instant: string) => formatMoment(new Date(instant), language);
  return text("sto.lastOf", {
    contents: check.contents,
    bytes: formatSize(check.bytes, language),
    damaged: check.damaged_contents,
    started: moment(check.started_at),
    ended: moment(check.ended_at),
  });
}

function Collection({ report }: { report: NonNullable<Storage["collection"]> }) {
  const { text, language } = useText("storage");
  const time = formatMoment(new Date(report.ended_at), language);
  if (report.is_stopped === 1)
    return text("sto.refused", { time, bytes: formatSize(report.unreferenced_bytes, language) });
  return report.removed_contents === 0
    ? text("sto.nothing", { time })
    : text("sto.removed", { time, bytes: formatSize(report.removed_bytes, language) });
}
