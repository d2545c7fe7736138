import type { KeyArea, KeyRight } from "@consigne/sdk";
import { useRef } from "react";
import { Label, RadioButton, RadioField, RadioGroup } from "react-aria-components";
import { useLedToProblem } from "../frame/field-problem.tsx";
import { SelectField } from "../frame/field.tsx";
import { useText } from "../texts/use-text.ts";
import { areas } from "./key-words.ts";
import styles from "./keys.module.css";
import type { ChosenTemplate } from "./new-key-page.tsx";

const templates: readonly ChosenTemplate[] = ["rclone", "upload-only", "read-only", "everything", "custom"];
const rightNames = ["none", "read", "write"] as const;

type Rights = Partial<Record<KeyArea, KeyRight | "none">>;

interface Props {
  template: ChosenTemplate;
  onTemplate(template: ChosenTemplate): void;
  rights: Rights;
  onRights(rights: Rights): void;
  problem: string | undefined;
}

/** The rights of a new key: common choices first, individual rights below them. */
export function RightsChoice({ template, onTemplate, rights, onRights, problem }: Props) {
  const { text } = useText("keys");
  return (
    <>
      <RadioGroup className="radios" value={template} onChange={(value) => onTemplate(value as ChosenTemplate)}>
        <Label className="group-label">{text("key.template")}</Label>
        {templates.map((each) => (
          <RadioField key={each} value={each}>
            <RadioButton className="radio">
              <span className="dot" aria-hidden="true" />
              <span>
                <strong>{text(`key.template.${each}`)}</strong>
                <br />
                {text(`key.template.${each}Text`)}
              </span>
            </RadioButton>
          </RadioField>
        ))}
      </RadioGroup>
      {template === "custom" && <CustomRights rights={rights} onRights={onRights} problem={problem} />}
    </>
  );
}

function CustomRights({ rights, onRights, problem }: Pick<Props, "rights" | "onRights" | "problem">) {
  const { text } = useText("keys");
  const group = useRef<HTMLFieldSetElement>(null);
  useLedToProblem(group, problem);
  return (
    <fieldset ref={group} className={styles.group} data-problem={problem === undefined ? undefined : true}>
      <legend className="visually-hidden">{text("key.template.customText")}</legend>
      <div className={styles.rights}>
        {areas.map((area) => (
          <SelectField
            key={area}
            label={text(`key.area.${area}`)}
            value={rights[area] ?? "none"}
            onChange={(right) => onRights({ ...rights, [area]: right })}
            options={rightNames.map((value) => ({ value, text: text(`key.right.${value}`) }))}
          />
        ))}
      </div>
      {problem !== undefined && (
        <p className="field-error" role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  );
}
