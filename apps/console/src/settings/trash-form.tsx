import { isBadRequestError } from "@consigne/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { client } from "../api/client.ts";
import { TRASH, useTrashDays } from "../api/trash.ts";
import { Field } from "../frame/field.tsx";
import { useNotices } from "../frame/notices.tsx";
import { LoadFailure, Problem } from "../frame/problem.tsx";
import { useCall } from "../frame/use-call.ts";
import { useText } from "../texts/use-text.ts";
import styles from "./settings.module.css";

/** How long what is removed can be restored. */
export function TrashForm() {
  const { text } = useText();
  const notices = useNotices();
  const queries = useQueryClient();
  const call = useCall();
  const { data: inForce, error, refetch } = useTrashDays();
  const [typed, setTyped] = useState<string>();
  const [problem, setProblem] = useState<string>();
  if (error !== null && inForce === undefined) return <LoadFailure error={error} retry={() => void refetch()} />;
  if (inForce === undefined) return undefined;
  const keep = async (days: number | undefined) => {
    await call.run(async () => {
      try {
        const kept = await client.trash.keepFor(days);
        notices.tell(text("set.trashDone", { days: kept }));
        setTyped(undefined);
      } catch (failure) {
        if (!isBadRequestError(failure)) throw failure;
        setProblem(text("set.trashBad"));
      }
    });
    await queries.invalidateQueries({ queryKey: TRASH });
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const days = (typed ?? String(inForce)).trim();
    const isNumber = days === "" || /^\d{1,9}$/.test(days);
    setProblem(isNumber ? undefined : text("set.trashBad"));
    if (isNumber) void keep(days === "" ? undefined : Number(days));
  };
  return (
    <Form className={styles.form ?? ""} onSubmit={submit} validationBehavior="aria">
      <Field
        inputMode="numeric"
        label={text("set.trashDays")}
        advice={text("set.trashAdvice")}
        value={typed ?? String(inForce)}
        onChange={setTyped}
        problem={problem}
        maxLength={9}
      />
      <Problem call={call} />
      <Button className="button" type="submit">
        {text("set.trashDo")}
      </Button>
    </Form>
  );
}
