import * as react from "react/jsx-runtime";
import { visibleProps } from "./visible-props.ts";

export { Fragment, type JSX } from "react/jsx-runtime";

/** What the compiler makes of each element: React's own, with all text of others visible. */
export const jsx: typeof react.jsx = (type, props, key) => react.jsx(type, visibleProps(props), key);
export const jsxs: typeof react.jsxs = (type, props, key) => react.jsxs(type, visibleProps(props), key);
