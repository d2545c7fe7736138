/** Where the servers of one run share the database with empty tables; undefined when a test file runs by itself. */
export const readyTablesFolder = (): string | undefined => process.env["CONSIGNE_TEST_TABLES"];
