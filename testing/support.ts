/**
 * What most tests share, in one place to import: permissions, servers, and clients that wait for
 * what they expect.
 *
 * Nothing here sleeps: everything that is waited for is an event, and every wait ends, with an error
 * that says what did not come.
 */

export { allowed, test } from "./permissions.ts";
export { Peer } from "./peer.ts";
export { frameOf, RawPeer, UPGRADE } from "./raw_peer.ts";
export {
  type ChatServer,
  config,
  importMap,
  rememberingLog,
  run,
  serveChat,
  type Server,
  serverCommand,
  startServer,
} from "./servers.ts";
export { within } from "./wait.ts";
