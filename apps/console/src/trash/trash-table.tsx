import type { TrashEntry } from "@consigne/sdk";
import { Button } from "react-aria-components";
import { Records } from "../frame/records.tsx";
import { RowMenu } from "../frame/row-menu.tsx";
import { formatMoment, formatSize } from "../looks/format.ts";
import { useText } from "../texts/use-text.ts";

interface Props {
  entries: readonly TrashEntry[];
  /** Ids of the selected entries. */
  chosen: ReadonlySet<string>;
  onChoose(chosen: ReadonlySet<string>): void;
  onRestore(entry: TrashEntry): Promise<void>;
  onRemove(entry: TrashEntry): void;
}

export function TrashTable({ entries, chosen, onChoose, onRestore, onRemove }: Props) {
  const { text, language } = useText("trash");
  const sizeOf = ({ kind, sizeBytes, itemCount }: TrashEntry) => {
    const size = formatSize(sizeBytes, language);
    return kind === "file" || itemCount < 2 ? size : text("trash.contents", { size, count: itemCount - 1 });
  };
  return (
    <Records
      label={text("trash.list")}
      rows={entries}
      keyOf={({ id }) => String(id)}
      choice={{
        chosen,
        nameOf: ({ name }) => text("trash.choose", { name }),
        allName: text("trash.chooseAll"),
        onChange: onChoose,
      }}
      columns={[
        { title: text("trash.name"), cell: ({ kind, name }) => (kind === "folder" ? `${name}/` : name) },
        { title: text("trash.place"), cell: ({ path }) => (path === "/" ? text("files.root") : path) },
        { title: text("trash.size"), cell: sizeOf },
        { title: text("trash.removed"), cell: ({ removedAt }) => formatMoment(removedAt, language) },
        { title: text("trash.ends"), cell: ({ expiresAt }) => formatMoment(expiresAt, language) },
        {
          title: text("trash.restore"),
          cell: (entry) => (
            <Button
              className="button plain"
              aria-label={text("trash.restoreOne", { name: entry.name })}
              onPress={() => void onRestore(entry)}
            >
              {text("trash.restore")}
            </Button>
          ),
        },
      ]}
      actions={{
        title: text("app.actions"),
        of: (entry) => (
          <RowMenu
            name={entry.name}
            actions={[{ text: text("trash.remove"), icon: "bin", onAction: () => onRemove(entry) }]}
          />
        ),
      }}
    />
  );
}
