import { useState } from "react";
import { SelectField } from "../frame/field.tsx";
import { storeTheme, storedTheme, type Theme, themes } from "../looks/theme.ts";
import { type Language, languages } from "../texts/language.ts";
import { useText } from "../texts/use-text.ts";
import styles from "./settings.module.css";

export function AppearancePart() {
  const { text, language, choose } = useText("settings");
  const [theme, setTheme] = useState(storedTheme);
  const show = (chosen: Theme) => {
    setTheme(chosen);
    storeTheme(chosen);
  };
  return (
    <div className={styles.row}>
      <SelectField<Language> label={text("set.language")} value={language} onChange={choose} options={languages} />
      <SelectField<Theme>
        label={text("set.theme")}
        value={theme}
        onChange={show}
        options={themes.map((value) => ({ value, text: text(`set.theme.${value}`) }))}
      />
    </div>
  );
}
