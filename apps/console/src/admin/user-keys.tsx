import type { UserKey } from "@consigne/sdk";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { client } from "../api/client.ts";
import { Page } from "../frame/page.tsx";
import pageStyles from "../frame/page.module.css";
import { LoadFailure } from "../frame/problem.tsx";
import { Records } from "../frame/records.tsx";
import { RowMenu } from "../frame/row-menu.tsx";
import { useAsked } from "../frame/use-asked.ts";
import { KeyName } from "../keys/key-name.tsx";
import { createdBy, endText, isActive, rightsText, usedText, workingFirst } from "../keys/key-words.ts";
import { RevokeQuestion } from "../keys/revoke-question.tsx";
import { Icon } from "../looks/icons.tsx";
import { formatMoment } from "../looks/format.ts";
import { useText } from "../texts/use-text.ts";

/** The API keys of one user, which an administrator may revoke. */
export function UserKeys({ email }: { email: string }) {
  const { text } = useText("admin", "keys");
  const queries = useQueryClient();
  const [asked, ask, close] = useAsked<UserKey>();
  const queryKey = ["admin", "user-keys", email];
  const { data, error, refetch } = useQuery({ queryKey, queryFn: () => keysOf(email) });
  const isUnknown = error !== null && data === undefined;
  return (
    <Page
      // Not what a link says that leads to no user.
      title={isUnknown ? text("adm.keys") : text("adm.keysOf", { name: email })}
      tools={
        <a className="button plain" href="#/admin">
          {text("adm.toAdmin")}
        </a>
      }
    >
      {isUnknown && <LoadFailure error={error} retry={() => void refetch()} />}
      {data?.length === 0 && (
        <div className={pageStyles.state}>
          <Icon name="key" />
          <h2>{text("adm.noKeys")}</h2>
          <p>{text("adm.noKeysAdvice", { name: email })}</p>
        </div>
      )}
      {data !== undefined && data.length > 0 && (
        <UserKeyTable label={text("adm.keysOf", { name: email })} keys={data} onRevoke={ask} />
      )}
      {asked !== undefined && (
        <RevokeQuestion
          keyToRevoke={asked}
          created={createdBy(data ?? [], asked.id)}
          revoke={(withCreated) => client.admin.revokeUserKey(asked.id, { withCreated })}
          onChanged={() => queries.invalidateQueries({ queryKey })}
          onClose={close}
        />
      )}
    </Page>
  );
}

interface TableProps {
  label: string;
  keys: readonly UserKey[];
  onRevoke(key: UserKey): void;
}

function UserKeyTable({ label, keys, onRevoke }: TableProps) {
  const { text, language } = useText("admin", "keys");
  const isDone = (key: UserKey) => key.state === "revoked" && createdBy(keys, key.id).length === 0;
  const endedAt = ({ state, revokedAt, endedAt: noticedAt, expiresAt }: UserKey) =>
    state === "active" ? undefined : (revokedAt ?? expiresAt ?? noticedAt);
  return (
    <Records
      label={label}
      rows={workingFirst(keys)}
      keyOf={({ id }) => id}
      isQuiet={(key) => !isActive(key)}
      columns={[
        { title: text("key.name"), cell: (key) => <KeyName of={key} keys={keys} /> },
        {
          title: text("key.may"),
          cell: (key) => (
            <>
              {rightsText(key.scopes, text, language)}
              {key.folderId !== undefined && <div className="quiet small">{text("adm.oneFolder")}</div>}
              {key.addresses.length > 0 && (
                <div className="quiet small">{text("key.onlyFrom", { count: key.addresses.length })}</div>
              )}
            </>
          ),
        },
        { title: text("key.used"), cell: (key) => usedText(key, text, language) },
        {
          title: text("key.ends"),
          cell: (key) => {
            const at = endedAt(key);
            return (
              <>
                {endText(key, text, language)}
                {at !== undefined && <div className="quiet small">{formatMoment(at, language)}</div>}
              </>
            );
          },
        },
      ]}
      actions={{
        title: text("app.actions"),
        of: (key) => (
          <RowMenu
            name={key.name}
            actions={isDone(key) ? [] : [{ text: text("key.revoke"), icon: "bin", onAction: () => onRevoke(key) }]}
          />
        ),
      }}
    />
  );
}

/** All of them: which keys one has made is known only from the others. */
async function keysOf(email: string): Promise<UserKey[]> {
  const found: UserKey[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.admin.userKeysPage(email, { cursor });
    found.push(...page.keys);
    cursor = page.next;
  } while (cursor !== undefined);
  return found;
}
