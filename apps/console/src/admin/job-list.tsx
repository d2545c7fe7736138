import type { ServerJob } from "@consigne/sdk";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { client } from "../api/client.ts";
import { SelectField } from "../frame/field.tsx";
import { useNotices } from "../frame/notices.tsx";
import pageStyles from "../frame/page.module.css";
import { LoadFailure, Problem } from "../frame/problem.tsx";
import { Records } from "../frame/records.tsx";
import { type RowAction, RowMenu } from "../frame/row-menu.tsx";
import { useCall } from "../frame/use-call.ts";
import { formatMoment } from "../looks/format.ts";
import { useText } from "../texts/use-text.ts";
import { JobDialog } from "./job-dialog.tsx";

const JOBS = ["admin", "jobs"] as const;
/** The newest ones; `consigne-server jobs` shows more. */
const MOST_SHOWN = 100;
const states = ["all", "dead", "running", "ready", "delayed", "done", "cancelled"] as const;
type Shown = (typeof states)[number];

export function JobList() {
  const { text } = useText("admin");
  const notices = useNotices();
  const queries = useQueryClient();
  const call = useCall();
  const [shown, setShown] = useState<Shown>("dead");
  const [looked, look] = useState<ServerJob>();
  const { data, error, refetch } = useQuery({
    queryKey: [...JOBS, shown],
    queryFn: () => client.admin.jobs(shown === "all" ? {} : { state: shown }),
  });
  const change = async ({ kind }: ServerJob, work: () => Promise<string | undefined>) => {
    const isDone = await call.run(async () => {
      const why = await work();
      notices.tell(text(why === undefined ? "adm.jobDone" : "adm.jobNot", { name: kind }));
    });
    if (isDone) await queries.invalidateQueries({ queryKey: JOBS });
  };
  const changesOf = (job: ServerJob): RowAction[] => {
    if (job.state === "done") return [];
    const isEnded = job.state === "dead" || job.state === "cancelled";
    const retry: RowAction = {
      text: text(isEnded ? "adm.retry" : "adm.runNow"),
      icon: "again",
      onAction: () => void change(job, () => client.admin.retryJob(job.id)),
    };
    const cancel: RowAction = {
      text: text("adm.cancel"),
      icon: "close",
      onAction: () => void change(job, () => client.admin.cancelJob(job.id)),
    };
    if (isEnded) return [retry];
    return job.state === "delayed" ? [retry, cancel] : [cancel];
  };
  const actionsOf = (job: ServerJob): RowAction[] => [
    { text: text("adm.details"), icon: "info", onAction: () => look(job) },
    ...changesOf(job),
  ];
  return (
    <>
      <div className={pageStyles.narrow}>
        <SelectField<Shown>
          label={text("adm.which")}
          value={shown}
          onChange={setShown}
          options={states.map((value) => ({ value, text: text(`adm.state.${value}`) }))}
        />
      </div>
      <Problem call={call} />
      {error !== null && data === undefined && <LoadFailure error={error} retry={() => void refetch()} />}
      {data?.length === 0 && <p className="quiet">{text("adm.noJobs")}</p>}
      {data !== undefined && data.length > 0 && <JobTable jobs={data.slice(0, MOST_SHOWN)} actionsOf={actionsOf} />}
      {looked !== undefined && <JobDialog job={looked} actions={changesOf(looked)} onClose={() => look(undefined)} />}
    </>
  );
}

function JobTable({ jobs, actionsOf }: { jobs: readonly ServerJob[]; actionsOf(job: ServerJob): RowAction[] }) {
  const { text, language } = useText("admin");
  return (
    <Records
      label={text("adm.jobs")}
      rows={jobs}
      keyOf={({ id }) => id}
      columns={[
        { title: text("adm.job"), cell: ({ kind }) => kind },
        {
          title: text("adm.state"),
          cell: ({ state, last_error: lastError }) => (
            <>
              {text(`adm.state.${state}`)}
              {lastError !== undefined && (
                <div lang="en" className="quiet small">
                  {lastError}
                </div>
              )}
            </>
          ),
        },
        {
          title: text("adm.attempts"),
          cell: ({ attempts, max_attempts: most }) => text("adm.attemptsOf", { attempts, most }),
        },
        { title: text("adm.ordered"), cell: ({ requested_at: at }) => formatMoment(new Date(at), language) },
      ]}
      actions={{
        title: text("app.actions"),
        of: (job) => <RowMenu name={job.kind} actions={actionsOf(job)} />,
      }}
    />
  );
}
