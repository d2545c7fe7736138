import type { ServerState } from "@consigne/sdk";
import { useQuery } from "@tanstack/react-query";
import { client } from "../api/client.ts";
import { Facts } from "../frame/facts.tsx";
import { LoadFailure } from "../frame/problem.tsx";
import { formatMoment, formatSize } from "../looks/format.ts";
import { useText } from "../texts/use-text.ts";

const ERRORS_SHOWN = 5;

export function Overview() {
  const { text } = useText("admin");
  const { data, error, refetch } = useQuery({ queryKey: ["admin"], queryFn: () => client.admin.show() });
  if (data === undefined) return error === null ? null : <LoadFailure error={error} retry={() => void refetch()} />;
  return (
    <>
      {data.attention.length === 0 ? (
        <p>{text("adm.well")}</p>
      ) : (
        <>
          <h3>{text("adm.attention")}</h3>
          <ul>
            {data.attention.map(({ code }) => (
              <li key={code}>{text(`adm.why.${code}`)}</li>
            ))}
          </ul>
        </>
      )}
      {isNew(data) && <FirstSteps />}
      <StateFacts state={data} />
      {data.errors.length > 0 && <LatestErrors errors={data.errors} />}
    </>
  );
}

function LatestErrors({ errors }: Pick<ServerState, "errors">) {
  const { text, language } = useText("admin");
  return (
    <>
      <h3>{text("adm.errors")}</h3>
      <ul className="names">
        {errors.slice(0, ERRORS_SHOWN).map(({ at, text: line }, index) => (
          <li key={`${at} ${index}`}>
            {text("adm.lineAt", { time: formatMoment(new Date(at), language) })} <span lang="en">{line}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Nobody has stored anything yet, as far as it was counted. */
const isNew = ({ days }: ServerState): boolean => days.every(({ files = 0, uploads }) => files === 0 && uploads === 0);

function FirstSteps() {
  const { text } = useText("admin");
  return (
    <>
      <p>{text("adm.new")}</p>
      <p className="buttons">
        <a className="button" href="#/files">
          {text("adm.toFiles")}
        </a>
        <a className="button plain" href="#/keys/new">
          {text("adm.toKeys")}
        </a>
      </p>
    </>
  );
}

function StateFacts({ state }: { state: ServerState }) {
  const { text, language } = useText("admin");
  const size = (bytes: number | undefined) => formatSize(bytes ?? 0, language);
  const moment = (instant: string) => formatMoment(new Date(instant), language);
  const { space, days, started_at: startedAt, version, uploads, downloads, jobs } = state;
  const [today] = days;
  const counted = days.find((day) => day.accounts !== undefined);
  return (
    <Facts
      facts={[
        [
          text("adm.server"),
          startedAt === undefined ? version : text("adm.version", { version, time: moment(startedAt) }),
        ],
        [
          text("adm.space"),
          space &&
            text("adm.free", {
              free: size(space.free_bytes),
              total: size(space.total_bytes),
              reserve: size(space.reserve_bytes),
            }),
        ],
        [
          text("adm.stored"),
          counted &&
            text((counted.files ?? 0) === 0 ? "adm.storedNone" : "adm.storedOf", {
              size: size(counted.stored_bytes),
              files: counted.files ?? 0,
              accounts: counted.accounts ?? 0,
            }),
        ],
        [
          text("adm.today"),
          today &&
            text("adm.traffic", {
              uploads: today.uploads,
              uploaded: size(today.uploaded_bytes),
              downloads: today.downloads,
              downloaded: size(today.downloaded_bytes),
            }),
        ],
        [text("adm.underWay"), text("adm.transfers", { uploads, downloads })],
        [text("adm.jobs"), text("adm.jobsNow", { ...jobs })],
      ]}
    />
  );
}
