import type { AccountKey } from "@consigne/sdk";
import { useQueries } from "@tanstack/react-query";
import { client } from "../api/client.ts";
import { Page } from "../frame/page.tsx";
import pageStyles from "../frame/page.module.css";
import { LoadFailure } from "../frame/problem.tsx";
import { Records } from "../frame/records.tsx";
import { type RowAction, RowMenu } from "../frame/row-menu.tsx";
import { useAsked } from "../frame/use-asked.ts";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import { type AskedOfKey, KeyDialog } from "./key-dialogs.tsx";
import { KeyName } from "./key-name.tsx";
import { createdBy, endText, isActive, rightsText, usedText, workingFirst } from "./key-words.ts";
import type { ShownKey } from "./keys-page.tsx";

interface Props {
  keys: readonly AccountKey[] | undefined;
  error: Error | null;
  retry(): void;
  onChanged(): Promise<void>;
  onCreated(key: ShownKey): void;
}

export function KeyList({ keys, error, retry, onChanged, onCreated }: Props) {
  const { text } = useText("keys");
  const [asked, ask, close] = useAsked<AskedOfKey>();
  const create = (
    <a className="button" href="#/keys/new">
      <Icon name="plus" />
      {text("key.new")}
    </a>
  );
  return (
    <Page title={text("key.title")} intro={text("key.intro")} tools={keys !== undefined && keys.length > 0 && create}>
      {error !== null && keys === undefined && <LoadFailure error={error} retry={retry} />}
      {keys?.length === 0 && (
        <div className={pageStyles.state}>
          <Icon name="key" />
          <h2>{text("key.empty")}</h2>
          <p>{text("key.emptyAdvice")}</p>
          {create}
        </div>
      )}
      {keys !== undefined && keys.length > 0 && <KeyTable keys={keys} onAsk={ask} />}
      {asked !== undefined && <KeyDialog asked={asked} onChanged={onChanged} onCreated={onCreated} onClose={close} />}
    </Page>
  );
}

function KeyTable({ keys, onAsk }: { keys: readonly AccountKey[]; onAsk(asked: AskedOfKey): void }) {
  const { text, language } = useText("keys");
  const folderNames = useFolderNames(keys);
  const actionsOf = (key: AccountKey): RowAction[] => {
    const created = createdBy(keys, key.id);
    const action = (kind: AskedOfKey["kind"], icon: RowAction["icon"]): RowAction => ({
      text: text(`key.${kind}`),
      icon,
      onAction: () => onAsk({ kind, key, created }),
    });
    return [
      ...(key.state === "revoked" ? [] : [action("rename", "pen")]),
      ...(isActive(key) ? [action("rotate", "again")] : []),
      ...(key.state === "revoked" && created.length === 0 ? [] : [action("revoke", "bin")]),
    ];
  };
  return (
    <Records
      label={text("key.list")}
      rows={workingFirst(keys)}
      keyOf={({ id }) => id}
      isQuiet={(key) => !isActive(key)}
      columns={[
        { title: text("key.name"), cell: (key) => <KeyName of={key} keys={keys} /> },
        { title: text("key.may"), cell: (key) => rightsText(key.scopes, text, language) },
        {
          title: text("key.where"),
          cell: (key) => (
            <>
              {key.folderId === undefined
                ? text("key.allFolders")
                : (folderNames.get(key.folderId) ?? text("app.loading"))}
              {key.addresses.length > 0 && (
                <div className="quiet small">{text("key.onlyFrom", { count: key.addresses.length })}</div>
              )}
            </>
          ),
        },
        { title: text("key.used"), cell: (key) => usedText(key, text, language) },
        { title: text("key.ends"), cell: (key) => endText(key, text, language) },
      ]}
      actions={{
        title: text("app.actions"),
        of: (key) => <RowMenu name={key.name} actions={actionsOf(key)} />,
      }}
    />
  );
}

/** The paths of the folders that keys are restricted to. */
function useFolderNames(keys: readonly AccountKey[]): ReadonlyMap<number, string> {
  const { text } = useText("keys");
  const ids = [...new Set(keys.flatMap(({ folderId }) => (folderId === undefined ? [] : [folderId])))];
  const found = useQueries({
    queries: ids.map((id) => ({
      queryKey: ["folder-path", id] as const,
      queryFn: async () => {
        const { entry, ancestors } = await client.entries.stat({ folderId: id });
        return `/${[...ancestors.map(({ name }) => name), entry.name].filter((name) => name !== "").join("/")}`;
      },
    })),
  });
  return new Map(
    ids.flatMap((id, at): [number, string][] => {
      const { data, error } = found[at] ?? {};
      if (data !== undefined) return [[id, data]];
      return error === null || error === undefined ? [] : [[id, text("key.folderGone")]];
    }),
  );
}
