import type { AccountSession } from "@consigne/sdk";
import { browserName } from "@consigne/contract/browser-name";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "react-aria-components";
import { client } from "../api/client.ts";
import { useNotices } from "../frame/notices.tsx";
import { LoadFailure, Problem } from "../frame/problem.tsx";
import { Records } from "../frame/records.tsx";
import { useCall } from "../frame/use-call.ts";
import { formatMoment } from "../looks/format.ts";
import { useText } from "../texts/use-text.ts";

export const SESSIONS = ["sessions"] as const;

export function SessionList() {
  const { text, language } = useText("settings");
  const notices = useNotices();
  const queries = useQueryClient();
  const call = useCall();
  const { data, error, refetch } = useQuery({ queryKey: SESSIONS, queryFn: async () => client.sessions.list() });
  if (data === undefined) return error === null ? null : <LoadFailure error={error} retry={() => void refetch()} />;
  const nameOf = ({ userAgent }: AccountSession) =>
    browserName(userAgent, {
      unknown: text("set.unknownBrowser"),
      browserOn: (browser, system) => text("set.browserOn", { browser, system }),
    });
  const end = async (work: () => Promise<number>) => {
    const isDone = await call.run(async () => notices.tell(text("set.ended", { count: await work() })));
    if (isDone) await queries.invalidateQueries({ queryKey: SESSIONS });
  };
  const moment = (date: Date | undefined) => (date === undefined ? "" : formatMoment(date, language));
  return (
    <>
      <Records
        label={text("set.sessions")}
        rows={data}
        keyOf={({ id }) => id}
        columns={[
          {
            title: text("set.session"),
            cell: (session) => (
              <>
                {nameOf(session)}
                {session.isCurrent && <span className="quiet"> ({text("set.thisSession")})</span>}
                {session.isAddressBound && <div className="quiet small">{text("set.bound")}</div>}
              </>
            ),
          },
          { title: text("set.sessionUsed"), cell: ({ lastUsedAt }) => moment(lastUsedAt) },
          { title: text("set.sessionFrom"), cell: ({ address }) => address },
          { title: text("set.sessionBegun"), cell: ({ createdAt }) => moment(createdAt) },
        ]}
        actions={{
          title: text("app.actions"),
          of: (session) =>
            !session.isCurrent && (
              <Button
                className="button plain"
                aria-label={text("set.endNamed", { name: nameOf(session) })}
                onPress={() => void end(async () => client.sessions.end(session.id).then(() => 1))}
              >
                {text("set.end")}
              </Button>
            ),
        }}
      />
      <Problem call={call} />
      {data.length > 1 ? (
        <p>
          <Button className="button plain" onPress={() => void end(() => client.sessions.endOthers())}>
            {text("set.endOthers")}
          </Button>
        </p>
      ) : (
        <p className="quiet">{text("set.noOthers")}</p>
      )}
    </>
  );
}
