import { isApiError } from "@consigne/sdk";
import { wireErrors } from "@consigne/contract/wire-errors";
import { useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { client } from "../api/client.ts";
import { Field } from "../frame/field.tsx";
import { useNotices } from "../frame/notices.tsx";
import { Problem } from "../frame/problem.tsx";
import { useCall } from "../frame/use-call.ts";
import { useText } from "../texts/use-text.ts";
import { SESSIONS } from "./session-list.tsx";
import styles from "./settings.module.css";

const SHORTEST = 8;

export function PasswordForm({ email }: { email: string }) {
  const { text, language } = useText("settings");
  const notices = useNotices();
  const queries = useQueryClient();
  const call = useCall();
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [problems, setProblems] = useState<{ password?: string; again?: string }>({});
  // Both were typed here by the same person: the time that this takes reveals nothing.
  const isTypedTwice = Object.is(password, again);
  const change = async () => {
    if (password.length < SHORTEST) return setProblems({ password: text("set.passwordShort") });
    if (!isTypedTwice) return setProblems({ again: text("set.passwordSame") });
    await call.run(async () => {
      try {
        const count = await client.account.setPassword(password, { language });
        notices.tell(text("set.passwordDone", { count }));
        setPassword("");
        setAgain("");
      } catch (error) {
        if (!isApiError(error) || error.number !== wireErrors.weakPassword.number) throw error;
        setProblems({ password: text("set.passwordWeak") });
      }
    });
    await queries.invalidateQueries({ queryKey: SESSIONS });
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setProblems({});
    void change();
  };
  return (
    <Form className={styles.form ?? ""} onSubmit={submit} validationBehavior="aria">
      <p className="quiet">{text("set.passwordText")}</p>
      {/* Tells password managers whose password it is. */}
      <input hidden readOnly autoComplete="username" value={email} />
      <Field
        type="password"
        label={text("set.newPassword")}
        advice={text("set.newPasswordAdvice")}
        value={password}
        onChange={setPassword}
        problem={problems.password}
        autoComplete="new-password"
      />
      <Field
        type="password"
        label={text("set.newPasswordAgain")}
        value={again}
        onChange={setAgain}
        problem={problems.again}
        autoComplete="new-password"
      />
      <Problem call={call} />
      <Button className="button" type="submit">
        {text("set.passwordDo")}
      </Button>
    </Form>
  );
}
