import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "react-aria-components";
import { client } from "../api/client.ts";
import { useNotices } from "../frame/notices.tsx";
import { LoadFailure, Problem } from "../frame/problem.tsx";
import { Records } from "../frame/records.tsx";
import { useCall } from "../frame/use-call.ts";
import { formatMoment } from "../looks/format.ts";
import type { TextId } from "../texts/parts.ts";
import { useText } from "../texts/use-text.ts";

const LOCKS = ["admin", "locks"] as const;

type Lock = Awaited<ReturnType<typeof client.admin.locks>>[number];

export function LockList() {
  const { text, language, knows } = useText("admin");
  const reasonOf = ({ number }: Lock) => {
    const id = `adm.lock.${number}`;
    return knows(id) ? text(id as TextId<"admin">) : `#${number}`;
  };
  const nameOf = ({ subject, email, key_name: key }: Lock) =>
    key === undefined ? (email ?? subject) : text("adm.keyOf", { key, email: email ?? "" });
  const notices = useNotices();
  const queries = useQueryClient();
  const call = useCall();
  const { data, error, refetch } = useQuery({ queryKey: LOCKS, queryFn: () => client.admin.locks() });
  if (data === undefined) return error === null ? null : <LoadFailure error={error} retry={() => void refetch()} />;
  const release = async (id: string, name: string) => {
    if (!(await call.run(() => client.admin.releaseLock(id)))) return;
    notices.tell(text("adm.released", { name }));
    await queries.invalidateQueries({ queryKey: LOCKS });
  };
  return (
    <>
      {data.length === 0 ? (
        <p className="quiet">{text("adm.noLocks")}</p>
      ) : (
        <Records
          label={text("adm.locks")}
          rows={data}
          keyOf={({ id }) => id}
          columns={[
            { title: text("adm.who"), cell: nameOf },
            { title: text("adm.rule"), cell: reasonOf },
            {
              title: text("adm.until"),
              cell: ({ locked_until: until }) => formatMoment(new Date(until), language),
            },
          ]}
          actions={{
            title: text("app.actions"),
            of: (lock) => (
              <Button
                className="button plain"
                aria-label={text("adm.releaseNamed", { name: nameOf(lock) })}
                onPress={() => void release(lock.id, nameOf(lock))}
              >
                {text("adm.release")}
              </Button>
            ),
          }}
        />
      )}
      <Problem call={call} />
    </>
  );
}
