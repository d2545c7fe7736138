import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import "./looks/base.css";
import { storedTheme, showTheme } from "./looks/theme.ts";
import { preferredLanguage, speak } from "./texts/language.ts";

const place = document.getElementById("app");
if (place === null) throw new Error("The page has no place for the console.");
showTheme(storedTheme());
const spoken = await speak(preferredLanguage());
createRoot(place).render(
  <StrictMode>
    <App first={spoken} />
  </StrictMode>,
);
