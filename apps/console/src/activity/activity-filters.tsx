import type { AccountKey, ActivityFilter } from "@consigne/sdk";
import { useState } from "react";
import { Button } from "react-aria-components";
import { Field, SelectField } from "../frame/field.tsx";
import { useText } from "../texts/use-text.ts";
import styles from "./activity.module.css";

/** With the name of the thing whose changes are shown. */
export type ShownFilter = ActivityFilter & { objectName?: string | undefined };

interface Props {
  filter: ShownFilter;
  keys: readonly AccountKey[];
  onFilter(filter: ShownFilter): void;
}

type By = "all" | "me" | "others";

export function ActivityFilters({ filter, keys, onFilter }: Props) {
  const { text } = useText("activity");
  const [days, setDays] = useState({ since: "", until: "" });
  const setDay = (which: "since" | "until") => (day: string) => {
    setDays((before) => ({ ...before, [which]: day }));
    onFilter({ ...filter, [which]: momentOf(day, which === "until" ? 1 : 0) });
  };
  return (
    <div className={styles.filters}>
      <SelectField<By>
        label={text("act.by")}
        value={filter.by ?? "all"}
        onChange={(by) => onFilter({ ...filter, by: by === "all" ? undefined : by })}
        options={(["all", "me", "others"] as const).map((value) => ({ value, text: text(`act.by.${value}`) }))}
      />
      <SelectField
        label={text("act.key")}
        value={filter.keyId ?? ""}
        onChange={(id) => onFilter({ ...filter, keyId: id === "" ? undefined : id })}
        options={[{ value: "", text: text("act.allKeys") }, ...keys.map(({ id, name }) => ({ value: id, text: name }))]}
      />
      <Field type="date" label={text("act.since")} value={days.since} onChange={setDay("since")} />
      <Field type="date" label={text("act.until")} value={days.until} onChange={setDay("until")} />
      {filter.objectId !== undefined && (
        <p>
          {text("act.object", { object: filter.objectName ?? filter.objectId })}{" "}
          <Button
            className="button plain"
            onPress={() => onFilter({ ...filter, objectId: undefined, objectName: undefined })}
          >
            {text("act.anyObject")}
          </Button>
        </p>
      )}
    </div>
  );
}

/** The start of that day in the reader's time zone, or of a later one. */
function momentOf(day: string, later: number): Date | undefined {
  if (day === "") return undefined;
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later);
}
