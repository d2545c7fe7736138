import { isBadRequestError } from "@consigne/sdk";
import { type SyntheticEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { Field } from "../frame/field.tsx";
import { useNotices } from "../frame/notices.tsx";
import { Problem } from "../frame/problem.tsx";
import { useCall } from "../frame/use-call.ts";
import { useText } from "../texts/use-text.ts";
import styles from "./settings.module.css";

interface Props {
  label: string;
  advice: string;
  inForce: number;
  /** Undefined: the server's default. Resolves with the effective number of days. */
  keepFor(days: number | undefined): Promise<number>;
  doneText(days: number): string;
  onSaved(): Promise<void>;
}

/** How many days something is kept after people removed or replaced it. */
export function DaysForm({ label, advice, inForce, keepFor, doneText, onSaved }: Props) {
  const { text } = useText("settings");
  const notices = useNotices();
  const call = useCall();
  const [typed, setTyped] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const keep = async (days: number | undefined) => {
    let saved: number | undefined;
    await call.run(async () => {
      try {
        saved = await keepFor(days);
        notices.tell(doneText(saved));
        // The previous value is displayed until it is reloaded.
        setTyped(String(saved));
      } catch (failure) {
        if (!isBadRequestError(failure)) throw failure;
        setProblem(text("set.daysBad"));
      }
    });
    await onSaved();
    setTyped((now) => (now === String(saved) ? undefined : now));
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const days = (typed ?? String(inForce)).trim();
    const isNumber = days === "" || /^\d{1,9}$/.test(days);
    setProblem(isNumber ? undefined : text("set.daysBad"));
    if (isNumber) void keep(days === "" ? undefined : Number(days));
  };
  return (
    <Form className={styles.form ?? ""} onSubmit={submit} validationBehavior="aria" aria-label={label}>
      <Field
        inputMode="numeric"
        label={label}
        advice={advice}
        value={typed ?? String(inForce)}
        onChange={setTyped}
        problem={problem}
        maxLength={9}
      />
      <Problem call={call} />
      <Button className="button" type="submit">
        {text("set.daysDo")}
      </Button>
    </Form>
  );
}
