/** Where the servers of one run share a database with empty tables; undefined when a test file runs by itself. */
export const readyTablesFolder = (): string | undefined => process.env["CONSIGNE_TEST_TABLES"];
