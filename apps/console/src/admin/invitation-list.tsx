import type { Invitation } from "@consigne/sdk";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "react-aria-components";
import { client } from "../api/client.ts";
import { useNotices } from "../frame/notices.tsx";
import { LoadFailure, Problem } from "../frame/problem.tsx";
import { Records } from "../frame/records.tsx";
import { type RowAction, RowMenu } from "../frame/row-menu.tsx";
import { useCall } from "../frame/use-call.ts";
import { formatMoment } from "../looks/format.ts";
import { useText } from "../texts/use-text.ts";
import { InviteDialog } from "./invite-dialog.tsx";

const INVITATIONS = ["admin", "invitations"] as const;
const AT_ONCE = 100;

export function InvitationList() {
  const { text } = useText("admin", "invitations", "settings");
  const notices = useNotices();
  const queries = useQueryClient();
  const call = useCall();
  const [isInviting, setInviting] = useState(false);
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: INVITATIONS,
    queryFn: ({ pageParam }) => client.admin.invitationsPage({ limit: AT_ONCE, cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  });
  if (data === undefined) return error === null ? null : <LoadFailure error={error} retry={() => void refetch()} />;
  const reload = () => queries.invalidateQueries({ queryKey: INVITATIONS });
  const invited = async (delivery: "mailed" | "outbox", name: string) => {
    notices.tell(text(delivery === "outbox" ? "inv.outbox" : "inv.mailed", { name }));
    await reload();
  };
  const actionsOf = ({ id, email, state }: Invitation): RowAction[] => {
    const again = () => call.run(async () => invited((await client.admin.inviteAgain(id)).delivery, email));
    const revoke = async () => {
      if (!(await call.run(() => client.admin.revokeInvitation(id)))) return;
      notices.tell(text("inv.revoked", { name: email }));
      await reload();
    };
    const isEnded = state !== "pending" && state !== "expired";
    return isEnded
      ? []
      : [
          { text: text("inv.again"), icon: "again", onAction: () => void again() },
          { text: text("inv.revoke"), icon: "close", onAction: () => void revoke() },
        ];
  };
  const invitations = data.pages.flatMap((page) => page.invitations);
  return (
    <>
      <p>
        <Button className="button" onPress={() => setInviting(true)}>
          {text("inv.ask")}
        </Button>
      </p>
      {invitations.length === 0 ? (
        <p className="quiet">{text("inv.none")}</p>
      ) : (
        <InvitationTable invitations={invitations} actionsOf={actionsOf} />
      )}
      <Problem call={call} />
      {hasNextPage && (
        <p>
          <Button className="button plain" onPress={() => void fetchNextPage()}>
            {text("adm.more")}
          </Button>
        </p>
      )}
      {isInviting && <InviteDialog onInvited={invited} onClose={() => setInviting(false)} />}
    </>
  );
}

interface TableProps {
  invitations: readonly Invitation[];
  actionsOf(invitation: Invitation): RowAction[];
}

function InvitationTable({ invitations, actionsOf }: TableProps) {
  const { text, language } = useText("admin", "invitations", "settings");
  const moment = (at: Date | undefined) => (at === undefined ? "" : formatMoment(at, language));
  return (
    <Records
      label={text("inv.part")}
      rows={invitations}
      keyOf={({ id }) => id}
      isQuiet={({ state }) => state !== "pending"}
      columns={[
        {
          title: text("adm.user"),
          cell: ({ email, invitedBy }) => (
            <>
              {email}
              <div className="quiet small">
                {invitedBy === undefined ? text("inv.byOperator") : text("inv.by", { name: invitedBy })}
              </div>
            </>
          ),
        },
        { title: text("adm.plan"), cell: ({ plan }) => text(`set.plan.${plan}`) },
        { title: text("adm.state"), cell: ({ state }) => text(`inv.state.${state}`) },
        {
          title: text("inv.sent"),
          cell: ({ mailedAt }) => (mailedAt === undefined ? text("inv.notYet") : moment(mailedAt)),
        },
        { title: text("adm.until"), cell: ({ expiresAt }) => moment(expiresAt) },
      ]}
      actions={{
        title: text("app.actions"),
        of: (invitation) => {
          const actions = actionsOf(invitation);
          return actions.length === 0 ? null : <RowMenu name={invitation.email} actions={actions} />;
        },
      }}
    />
  );
}
