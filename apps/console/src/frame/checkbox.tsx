import type { ReactNode } from "react";
import { CheckboxButton, CheckboxField } from "react-aria-components";
import { Icon } from "../looks/icons.tsx";

interface Props {
  isSelected: boolean;
  onChange(isSelected: boolean): void;
  /** Some of what it stands for is selected. */
  isPartly?: boolean;
  /** For a box without a visible label. */
  label?: string;
  children?: ReactNode;
}

export function Checkbox({ isSelected, onChange, isPartly = false, label, children }: Props) {
  return (
    <CheckboxField
      isSelected={isSelected}
      isIndeterminate={isPartly}
      onChange={onChange}
      {...(label === undefined ? {} : { "aria-label": label })}
    >
      <CheckboxButton className="checkbox">
        <span className="box" aria-hidden="true">
          {isPartly ? <span className="dash" /> : isSelected && <Icon name="check" />}
        </span>
        {children}
      </CheckboxButton>
    </CheckboxField>
  );
}
