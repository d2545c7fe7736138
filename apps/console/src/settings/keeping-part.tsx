import type { AccountProfile } from "@consigne/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { ACCOUNT } from "../api/account.ts";
import { client } from "../api/client.ts";
import { TRASH } from "../api/trash.ts";
import { VERSIONS } from "../api/versions.ts";
import { useText } from "../texts/use-text.ts";
import { DaysForm } from "./days-form.tsx";
import styles from "./settings.module.css";

/** How long removed and replaced files can be restored. */
export function KeepingPart({ settings }: Pick<AccountProfile, "settings">) {
  const { text } = useText("settings");
  const queries = useQueryClient();
  const reload = async () => {
    await Promise.all([ACCOUNT, TRASH, VERSIONS].map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
  return (
    <div className={styles.forms}>
      <DaysForm
        label={text("set.trashDays")}
        advice={text("set.trashAdvice")}
        inForce={settings.trashDays}
        keepFor={(days) => client.trash.keepFor(days)}
        doneText={(days) => text("set.trashDone", { days })}
        onSaved={reload}
      />
      <DaysForm
        label={text("set.versionDays")}
        advice={text("set.versionAdvice")}
        inForce={settings.versionDays}
        keepFor={(days) => client.versions.keepFor(days)}
        doneText={(days) => text("set.versionDone", { days })}
        onSaved={reload}
      />
    </div>
  );
}
