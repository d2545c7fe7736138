/** The environment for the server of `npm run dev`. */
export const serverEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  // Otherwise it would warn that no console is built, or serve an old build.
  CONSIGNE_CONSOLE: "off",
});
