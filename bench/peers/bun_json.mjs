// Bun, with the work of the JSON wire: parse, number, keep in SQLite, and only then publish.
//
// With PEER_BATCH what one turn of the event loop brought is kept in one transaction, and then
// published, message by message: what somebody would write who cared. Without it each message is a
// transaction of its own: what is written first.
import { createRequire } from "node:module";
import process from "node:process";

const { Database } = createRequire(import.meta.url)("bun:sqlite");

const db = new Database(process.env.PEER_DB);
db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
db.exec(
  `CREATE TABLE message (
    room TEXT, seq INTEGER, at INTEGER, member TEXT, name TEXT, text TEXT, id TEXT,
    PRIMARY KEY (room, seq)
  ) WITHOUT ROWID`,
);
const insert = db.prepare("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?)");
const insertAll = db.transaction((messages) => {
  for (const message of messages) keep(message);
});

let seq = 0;
let guests = 0;
let waiting = [];

function keep({ seq, at, from, name, text, id }) {
  insert.run("lobby", seq, at, from, name, text, id ?? null);
}

function publish(message) {
  server.publish("lobby", JSON.stringify(message));
}

function flush() {
  const messages = waiting;
  waiting = [];
  insertAll(messages);
  for (const message of messages) publish(message);
}

function take(socket, frame) {
  const { text, id } = JSON.parse(frame);
  const { from, name } = socket.data;
  const message = { type: "message", seq: ++seq, at: Date.now(), from, name, text, id };
  if (!process.env.PEER_BATCH) {
    keep(message);
    publish(message);
  } else if (waiting.push(message) === 1) setImmediate(flush);
}

const server = globalThis.Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch(request, server) {
    const data = { from: crypto.randomUUID(), name: `guest ${++guests}` };
    return server.upgrade(request, { data }) ? undefined : new Response("no socket");
  },
  websocket: {
    idleTimeout: 0,
    perMessageDeflate: false,
    publishToSelf: true,
    backpressureLimit: 64 * 1024 * 1024,
    open: (socket) => socket.subscribe("lobby"),
    message: take,
  },
});
console.log(`http://127.0.0.1:${server.port}/`);
