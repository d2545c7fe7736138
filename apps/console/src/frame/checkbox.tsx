import type { ReactNode } from "react";
import { CheckboxButton, CheckboxField } from "react-aria-components";
import { Icon } from "../looks/icons.tsx";

interface Props {
  isSelected: boolean;
  onChange(isSelected: boolean): void;
  children: ReactNode;
}

export function Checkbox({ isSelected, onChange, children }: Props) {
  return (
    <CheckboxField isSelected={isSelected} onChange={onChange}>
      <CheckboxButton className="checkbox">
        <span className="box" aria-hidden="true">
          {isSelected && <Icon name="check" />}
        </span>
        {children}
      </CheckboxButton>
    </CheckboxField>
  );
}
