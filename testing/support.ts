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
  rememberingLog,
  run,
  serveChat,
  type Server,
  startServer,
} from "./servers.ts";
export { importMap, serverCommand } from "./start_task.ts";
export { within } from "./wait.ts";
