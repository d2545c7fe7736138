import { useState } from "react";
import { Button, CheckboxButton, CheckboxField, RadioButton, RadioField, RadioGroup } from "react-aria-components";
import { DialogBox } from "../frame/dialog-box.tsx";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import type { Conflict, ConflictChoice } from "./upload-item.ts";

interface Props {
  conflict: Conflict;
  /** The same upload was started before, and part of it arrived. */
  isContinued: boolean;
  onAnswer(answer: { choice: ConflictChoice; forAll: boolean }): void;
}

const all: readonly ConflictChoice[] = ["keep", "replace", "skip"];

/**
 * A name is taken. Keeping both comes first, because it loses nothing. After an interrupted upload it would duplicate
 * the files that had arrived.
 */
export function ConflictDialog({ conflict, isContinued, onAnswer }: Props) {
  const { text } = useText("conflict");
  const first: ConflictChoice = isContinued ? "skip" : "keep";
  const [choice, setChoice] = useState<ConflictChoice>(first);
  const [isForAll, setForAll] = useState(isContinued);
  const { name, numberedName, target, mayReplace, others } = conflict;
  const { folder, base } = target;
  const choices = mayReplace ? all : all.filter((each) => each !== "replace");
  return (
    <DialogBox title={text("conflict.title", { name })} onClose={() => onAnswer({ choice: "skip", forAll: false })}>
      <p>{text("conflict.text", { folder: folder.at(-1) ?? base?.name ?? text("files.root") })}</p>
      {isContinued && <p>{text("conflict.continued")}</p>}
      {!mayReplace && <p className="quiet">{text("conflict.notYours")}</p>}
      <RadioGroup
        className="radios"
        aria-label={text("conflict.choose")}
        value={choice}
        onChange={(value) => setChoice(value as ConflictChoice)}
      >
        {choices.map((each) => (
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- the dialog is for nothing else
          <RadioField key={each} value={each} autoFocus={each === first}>
            <RadioButton className="radio">
              <span className="dot" aria-hidden="true" />
              <span>
                <strong>{text(`conflict.${each}`)}</strong>
                <br />
                {text(`conflict.${each}Text`, { name: numberedName })}
              </span>
            </RadioButton>
          </RadioField>
        ))}
      </RadioGroup>
      {others > 0 && (
        <CheckboxField isSelected={isForAll} onChange={setForAll}>
          <CheckboxButton className="checkbox">
            <span className="box" aria-hidden="true">
              {isForAll && <Icon name="check" />}
            </span>
            {text("conflict.all", { count: others })}
          </CheckboxButton>
        </CheckboxField>
      )}
      <div className="dialog-actions">
        <Button className="button" onPress={() => onAnswer({ choice, forAll: isForAll })}>
          {text("conflict.go")}
        </Button>
      </div>
    </DialogBox>
  );
}
