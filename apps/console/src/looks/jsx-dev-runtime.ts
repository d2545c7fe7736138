import * as react from "react/jsx-dev-runtime";
import { visibleProps } from "./visible-props.ts";

export { Fragment, type JSX } from "react/jsx-dev-runtime";

/** Like `jsx-runtime.ts`, for `npm run dev`. */
export const jsxDEV: typeof react.jsxDEV = (type, props, ...rest) =>
  react.jsxDEV(type, visibleProps(type, props), ...rest);
