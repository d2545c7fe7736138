import { type ReactNode, useId, useRef, useState } from "react";
import { Button, Input, Label, Text, TextArea, TextField } from "react-aria-components";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import { FieldProblem, useLedToProblem } from "./field-problem.tsx";

interface Props {
  label: string;
  advice?: string | undefined;
  value: string;
  onChange(value: string): void;
  /** Shown beside the field. */
  problem?: string | undefined;
  type?: "text" | "password" | "email" | "date" | "search";
  /** The keyboard that a phone shows. */
  inputMode?: "numeric";
  autoComplete?: string;
  maxLength?: number;
  /** Gets the focus: it is what the dialog is for. */
  isFirst?: boolean;
  isRequired?: boolean;
  /** Several lines, with this many visible. */
  rows?: number | undefined;
}

/** An input line, with its label above and advice below. */
export function Field({ label, advice, problem, isFirst = false, autoComplete = "off", rows, ...rest }: Props) {
  const field = useRef<HTMLDivElement>(null);
  useLedToProblem(field, problem);
  return (
    <TextField
      {...rest}
      ref={field}
      className="field"
      data-problem={problem === undefined ? undefined : true}
      isInvalid={problem !== undefined}
      autoComplete={autoComplete}
      // oxlint-disable-next-line jsx-a11y/no-autofocus -- only where the dialog or page is for nothing else
      autoFocus={isFirst}
    >
      <Label>{label}</Label>
      {rows === undefined ? <Input /> : <TextArea rows={rows} spellCheck={false} />}
      {advice !== undefined && (
        <Text slot="description" className="quiet">
          {advice}
        </Text>
      )}
      <FieldProblem>{problem}</FieldProblem>
    </TextField>
  );
}

/** A password to be passed on: it can be shown while typing. */
export function SharedPasswordField(props: Omit<Props, "type" | "autoComplete">) {
  const { text } = useText();
  const [isShown, show] = useState(false);
  return (
    <div className="secret">
      <Field {...props} type={isShown ? "text" : "password"} autoComplete="new-password" />
      <Button
        className="icon-button"
        aria-label={text(isShown ? "app.hidePassword" : "app.showPassword")}
        onPress={() => show(!isShown)}
      >
        <Icon name={isShown ? "eyeOff" : "eye"} />
      </Button>
    </div>
  );
}

interface SelectProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly { value: Value; text: string }[];
  onChange(value: Value): void;
}

/** Selects one of a few values, with the browser's own control, which phones show best. */
export function SelectField<Value extends string>({ label, value, options, onChange }: SelectProps<Value>): ReactNode {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value as Value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </div>
  );
}
