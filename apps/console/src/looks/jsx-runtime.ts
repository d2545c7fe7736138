import * as react from "react/jsx-runtime";
import { visibleProps } from "./visible-props.ts";

export { Fragment, type JSX } from "react/jsx-runtime";

/**
 * What the compiler turns each element into: React's own function, after making texts from other people safe to show.
 */
export const jsx: typeof react.jsx = (type, props, key) => react.jsx(type, visibleProps(type, props), key);
export const jsxs: typeof react.jsxs = (type, props, key) => react.jsxs(type, visibleProps(type, props), key);
