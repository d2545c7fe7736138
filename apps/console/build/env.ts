/** What the server of `npm run dev` is started with. */
export const serverEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  // It would say that no console is built, or serve one that was.
  CONSIGNE_CONSOLE: "off",
});
