import type { ServerUser } from "@consigne/sdk";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "react-aria-components";
import { useLocation } from "wouter";
import { useAccount } from "../api/account.ts";
import { client } from "../api/client.ts";
import { useNotices } from "../frame/notices.tsx";
import { LoadFailure, Problem } from "../frame/problem.tsx";
import { Records } from "../frame/records.tsx";
import { type RowAction, RowMenu } from "../frame/row-menu.tsx";
import { useAsked } from "../frame/use-asked.ts";
import { useCall } from "../frame/use-call.ts";
import { formatMoment, formatSize } from "../looks/format.ts";
import { useText } from "../texts/use-text.ts";
import { type AskedOfUser, UserDialog } from "./user-dialogs.tsx";
import { userKeysRoute } from "./user-keys-route.ts";

const USERS = ["admin", "users"] as const;
const AT_ONCE = 100;

export function UserList() {
  const { text } = useText("admin", "settings");
  const notices = useNotices();
  const queries = useQueryClient();
  const call = useCall();
  const [asked, ask, close] = useAsked<AskedOfUser>();
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: USERS,
    queryFn: ({ pageParam }) => client.admin.usersPage({ limit: AT_ONCE, cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  });
  if (data === undefined) return error === null ? null : <LoadFailure error={error} retry={() => void refetch()} />;
  const changed = async (email: string) => {
    notices.tell(text("adm.saved", { name: email }));
    await queries.invalidateQueries({ queryKey: USERS });
  };
  const unlock = async ({ email }: ServerUser) => {
    if (await call.run(() => client.admin.changeUser(email, { isLocked: false }))) await changed(email);
  };
  return (
    <>
      <UserTable users={data.pages.flatMap(({ users }) => users)} onAsk={ask} onUnlock={(user) => void unlock(user)} />
      <Problem call={call} />
      {hasNextPage && (
        <p>
          <Button className="button plain" onPress={() => void fetchNextPage()}>
            {text("adm.more")}
          </Button>
        </p>
      )}
      {asked !== undefined && <UserDialog asked={asked} onChanged={changed} onClose={close} />}
    </>
  );
}

interface TableProps {
  users: readonly ServerUser[];
  onAsk(asked: AskedOfUser): void;
  onUnlock(user: ServerUser): void;
}

function UserTable({ users, onAsk, onUnlock }: TableProps) {
  const { text, language } = useText("admin", "settings");
  const [, navigate] = useLocation();
  const own = useAccount().data?.email;
  const usedOf = ({ usedBytes, quotaBytes }: ServerUser) => {
    const used = formatSize(usedBytes, language);
    return quotaBytes === undefined ? used : text("set.usedOf", { used, quota: formatSize(quotaBytes, language) });
  };
  const actionsOf = (user: ServerUser): RowAction[] => [
    { text: text("adm.change"), icon: "pen", onAction: () => onAsk({ kind: "change", user }) },
    { text: text("adm.keys"), icon: "key", onAction: () => navigate(userKeysRoute(user.email)) },
    ...(user.isLocked ? [{ text: text("adm.unlock"), icon: "unlock", onAction: () => onUnlock(user) } as const] : []),
    // Nobody could undo it.
    ...(user.isLocked || user.email === own
      ? []
      : [{ text: text("adm.lock"), icon: "lock", onAction: () => onAsk({ kind: "lock", user }) } as const]),
  ];
  return (
    <Records
      label={text("adm.users")}
      rows={users}
      keyOf={({ id }) => id}
      isQuiet={({ isLocked }) => isLocked}
      columns={[
        {
          title: text("adm.user"),
          cell: ({ email, isAdministrator, isLocked, deletionAt }) => (
            <>
              {email}
              {isAdministrator && <div className="quiet small">{text("adm.isAdmin")}</div>}
              {isLocked && (
                <div className="quiet small">
                  {deletionAt === undefined
                    ? text("adm.isLocked")
                    : text("adm.isDeleted", { time: formatMoment(deletionAt, language) })}
                </div>
              )}
            </>
          ),
        },
        { title: text("adm.plan"), cell: ({ plan }) => text(`set.plan.${plan}`) },
        { title: text("adm.used"), cell: usedOf },
        {
          title: text("adm.since"),
          cell: ({ createdAt }) => (createdAt === undefined ? "" : formatMoment(createdAt, language)),
        },
      ]}
      actions={{
        title: text("app.actions"),
        of: (user) => <RowMenu name={user.email} actions={actionsOf(user)} />,
      }}
    />
  );
}
