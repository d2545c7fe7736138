import { isBadRequestError, isQuotaError } from "@consigne/sdk";
import { type SyntheticEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { client } from "../api/client.ts";
import { Field } from "../frame/field.tsx";
import { useNotices } from "../frame/notices.tsx";
import { Problem } from "../frame/problem.tsx";
import { useCall } from "../frame/use-call.ts";
import { useText } from "../texts/use-text.ts";
import styles from "./settings.module.css";

export function EmailForm() {
  const { text, language } = useText("settings");
  const notices = useNotices();
  const call = useCall();
  const [email, setEmail] = useState("");
  const [problem, setProblem] = useState<string>();
  const request = () =>
    call.run(async () => {
      try {
        const delivery = await client.account.requestEmail(email.trim(), { language });
        notices.tell(text(delivery === "outbox" ? "set.outbox" : "set.mailed"));
        setEmail("");
      } catch (error) {
        if (isQuotaError(error)) setProblem(text("set.manyLetters"));
        else if (isBadRequestError(error)) setProblem(text("set.badEmail"));
        else throw error;
      }
    });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setProblem(undefined);
    void request();
  };
  return (
    <Form className={styles.form ?? ""} onSubmit={submit} validationBehavior="aria">
      <Field
        type="email"
        label={text("set.newEmail")}
        advice={text("set.newEmailAdvice")}
        value={email}
        onChange={setEmail}
        problem={problem}
        autoComplete="email"
        maxLength={250}
      />
      <Problem call={call} />
      <Button className="button" type="submit">
        {text("set.emailDo")}
      </Button>
    </Form>
  );
}
