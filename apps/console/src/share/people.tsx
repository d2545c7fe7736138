import type { FolderPerson } from "@consigne/sdk";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Button, Form } from "react-aria-components";
import { client } from "../api/client.ts";
import type { FolderItem } from "../api/entries.ts";
import { Field, SelectField } from "../frame/field.tsx";
import { useNotices } from "../frame/notices.tsx";
import { LoadFailure, Problem } from "../frame/problem.tsx";
import { useCall } from "../frame/use-call.ts";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import { type PersonRight, personRights, rightOf, rightsOf } from "./person-rights.ts";
import styles from "./share.module.css";

/** The server's limit per folder. */
const MOST_PEOPLE = 500;

/** The people a folder is shared with, by address, and their rights. */
export function People({ folder }: { folder: FolderItem }) {
  const { text } = useText("share");
  const notices = useNotices();
  const queries = useQueryClient();
  const call = useCall();
  const headingId = useId();
  const queryKey = ["people", folder.key];
  const { data: people, error, refetch } = useQuery({ queryKey, queryFn: () => client.shares.people(folder.id) });
  const change = async (work: () => Promise<FolderPerson[]>, said: string) => {
    const isDone = await call.run(async () => queries.setQueryData(queryKey, await work()));
    if (isDone) notices.tell(said);
    return isDone;
  };
  const give = (email: string, right: PersonRight, said: string) =>
    change(() => client.shares.grant(folder.id, email, rightsOf(right)), said);
  return (
    <section aria-labelledby={headingId}>
      <h3 id={headingId} className={styles.heading}>
        {text("people.title")}
      </h3>
      <p className="quiet">{text("people.intro")}</p>
      {error !== null && people === undefined && <LoadFailure error={error} retry={() => void refetch()} />}
      {people !== undefined && people.length > 0 && (
        <ul className={styles.people} aria-label={text("people.title")}>
          {people.map((person) => (
            <li key={person.email}>
              <SelectField
                label={person.email}
                value={rightOf(person)}
                options={personRights.map((value) => ({ value, text: text(`people.right.${value}`) }))}
                onChange={(right) => void give(person.email, right, text("people.changed", { email: person.email }))}
              />
              <Button
                className="button plain"
                aria-label={text("people.endOf", { email: person.email })}
                onPress={() =>
                  void change(
                    () => client.shares.revoke(folder.id, person.email),
                    text("people.ended", { email: person.email }),
                  )
                }
              >
                {text("people.end")}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <Problem call={call} />
      {people !== undefined && people.length < MOST_PEOPLE && (
        <NewPerson onGive={(email, right) => give(email, right, text("people.added", { email }))} />
      )}
    </section>
  );
}

function NewPerson({ onGive }: { onGive(email: string, right: PersonRight): Promise<boolean> }) {
  const { text } = useText("share");
  const [email, setEmail] = useState("");
  const [right, setRight] = useState<PersonRight>("read");
  const [problem, setProblem] = useState<string>();
  const add = async () => {
    const address = email.trim();
    const isAddress = /^[^\s@]+@[^\s@]+$/.test(address);
    setProblem(isAddress ? undefined : text("people.noAddress"));
    if (isAddress && (await onGive(address, right))) setEmail("");
  };
  return (
    <Form
      className={styles.newPerson}
      validationBehavior="aria"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <Field
        label={text("people.email")}
        advice={text("people.emailAdvice")}
        type="email"
        value={email}
        onChange={setEmail}
        problem={problem}
      />
      <SelectField<PersonRight>
        label={text("people.may")}
        value={right}
        options={personRights.map((value) => ({ value, text: text(`people.right.${value}`) }))}
        onChange={setRight}
      />
      <Button type="submit" className="button">
        <Icon name="plus" />
        {text("people.add")}
      </Button>
    </Form>
  );
}
