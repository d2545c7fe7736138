export { ApiClient, type ApiAnswer } from "./api-client.ts";
export { startTestServer, type TestServer, type TestServerOptions } from "./test-server.ts";
