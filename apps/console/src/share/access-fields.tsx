import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { client } from "../api/client.ts";
import { Checkbox } from "../frame/checkbox.tsx";
import { Field, SelectField } from "../frame/field.tsx";
import { useText } from "../texts/use-text.ts";
import type { AccessProblems, GivenAccess } from "./access-choice.ts";
import styles from "./share.module.css";

interface Props {
  given: GivenAccess;
  onChange(given: GivenAccess): void;
  problems: AccessProblems;
  /** For several files, which may differ. */
  mayKeep?: boolean;
}

/** Who may use a link: everybody who has it, or only those who match everything given here. */
export function AccessFields({ given, onChange, problems, mayKeep = false }: Props) {
  const { text } = useText("attributes");
  const id = useId();
  const { data: server } = useQuery({
    queryKey: ["about"],
    queryFn: async () => (await client.about()) ?? null,
    staleTime: Infinity,
  });
  const isBlind = server !== undefined && server !== null && !server.extensions.includes("countries");
  const choices = [...(mayKeep ? (["keep"] as const) : []), "all", "some"] as const;
  const field = (name: "countries" | "addresses" | "emails", advice: string) => {
    const problem = problems[name];
    return (
      <Field
        label={text(`access.${name}`)}
        advice={advice}
        value={given[name]}
        onChange={(value) => onChange({ ...given, [name]: value })}
        problem={problem === undefined ? undefined : text(problem)}
      />
    );
  };
  return (
    <>
      <SelectField
        label={text("access.who")}
        value={given.who}
        options={choices.map((value) => ({ value, text: text(`access.who.${value}`) }))}
        onChange={(who) => onChange({ ...given, who })}
      />
      {given.who === "some" && (
        <div className={styles.access} role="group" aria-labelledby={id}>
          <p className="quiet" id={id}>
            {text("access.someAdvice")}
          </p>
          {problems.who !== undefined && (
            <p className="field-error" role="alert">
              {text(problems.who)}
            </p>
          )}
          {field("countries", text(isBlind ? "access.countriesBlind" : "access.countriesAdvice"))}
          {field("addresses", text("access.addressesAdvice"))}
          {field("emails", text("access.emailsAdvice"))}
          <Checkbox
            isSelected={given.isCustomersOnly}
            onChange={(isCustomersOnly) => onChange({ ...given, isCustomersOnly })}
          >
            {text("access.customers")}
          </Checkbox>
        </div>
      )}
    </>
  );
}
