import { useQuery } from "@tanstack/react-query";
import { client } from "../api/client.ts";
import { LoadFailure } from "../frame/problem.tsx";
import { Records } from "../frame/records.tsx";
import { useText } from "../texts/use-text.ts";

/** The running server's settings. The operator changes them where they were set. */
export function SettingList() {
  const { text } = useText("admin");
  const { data, error, refetch } = useQuery({
    queryKey: ["admin", "settings"],
    queryFn: () => client.admin.settings(),
  });
  if (data === undefined) return error === null ? null : <LoadFailure error={error} retry={() => void refetch()} />;
  return (
    <>
      <p className="quiet">{text("adm.settingsText")}</p>
      <Records
        label={text("adm.settings")}
        rows={data}
        keyOf={({ name }) => name}
        isQuiet={({ origin }) => origin === "default"}
        columns={[
          { title: text("adm.setting"), cell: ({ name }) => <code>{name}</code> },
          {
            title: text("adm.value"),
            cell: ({ value, origin, is_secret: isHidden }) => {
              if (isHidden === 1 && origin !== "default") return text("adm.secret");
              return value === undefined ? text("adm.notSet") : <span lang="en">{value}</span>;
            },
          },
          { title: text("adm.origin"), cell: ({ origin }) => text(`adm.origin.${origin}`) },
        ]}
      />
    </>
  );
}
