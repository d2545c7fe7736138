import type { ServerJob, ServerJobDetails } from "@consigne/sdk";
import { useQuery } from "@tanstack/react-query";
import { Button } from "react-aria-components";
import { client } from "../api/client.ts";
import { DialogBox } from "../frame/dialog-box.tsx";
import { Facts } from "../frame/facts.tsx";
import { LoadFailure } from "../frame/problem.tsx";
import { formatMoment } from "../looks/format.ts";
import { useText } from "../texts/use-text.ts";

interface Props {
  job: ServerJob;
  /** The actions for it, as in the list. */
  actions: readonly { text: string; onAction(): void }[];
  onClose(): void;
}

/** Everything about a job; updated while it runs. */
export function JobDialog({ job, actions, onClose }: Props) {
  const { text } = useText("admin");
  const { data, error, refetch } = useQuery({
    queryKey: ["admin", "job", job.id],
    queryFn: () => client.admin.job(job.id),
    refetchInterval: ({ state }) => (state.data?.state === "running" ? 2000 : false),
  });
  return (
    <DialogBox title={text("adm.jobTitle", { name: job.kind })} onClose={onClose}>
      {error !== null && data === undefined && <LoadFailure error={error} retry={() => void refetch()} />}
      {data !== undefined && <JobFacts job={data} />}
      <div className="dialog-actions">
        {actions.map((action) => (
          <Button
            key={action.text}
            className="button plain"
            onPress={() => {
              action.onAction();
              onClose();
            }}
          >
            {action.text}
          </Button>
        ))}
        <Button className="button" onPress={onClose}>
          {text("app.close")}
        </Button>
      </div>
    </DialogBox>
  );
}

function JobFacts({ job }: { job: ServerJobDetails }) {
  const { text, language } = useText("admin");
  const moment = (instant: string | undefined) =>
    instant === undefined ? undefined : formatMoment(new Date(instant), language);
  const { progress, state, is_cancel_requested: isStopping } = job;
  return (
    <Facts
      facts={[
        [text("adm.jobId"), job.id],
        [
          text("adm.state"),
          isStopping === 1 && state === "running" ? text("adm.stopping") : text(`adm.state.${state}`),
        ],
        [text("adm.attempts"), text("adm.attemptsOf", { attempts: job.attempts, most: job.max_attempts })],
        [
          text("adm.progress"),
          progress &&
            (progress.total === undefined
              ? String(progress.done)
              : text("adm.progressOf", { done: progress.done, total: progress.total })),
        ],
        [text("adm.lastError"), job.last_error !== undefined && <span lang="en">{job.last_error}</span>],
        [text("adm.account"), job.account_id ?? text("adm.ownWork")],
        [text("adm.worker"), job.worker],
        [text("adm.ordered"), moment(job.requested_at)],
        [text("adm.notBefore"), state === "delayed" && moment(job.not_before)],
        [text("adm.started"), moment(job.started_at)],
        [text("adm.ended"), moment(job.ended_at)],
      ]}
    />
  );
}
