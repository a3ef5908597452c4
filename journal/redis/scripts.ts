/**
 * The keys in Redis, and the scripts that change them.
 *
 * Of a room, all with the same hash tag, so that on a cluster they are in one slot:
 *
 * - `hubbub:{ROOM}:entries`, a list: every kept entry, and those between them that are not kept, so that
 *   an entry's place follows from its number. `log_lua.ts` says how an entry is written.
 * - `hubbub:{ROOM}:older`, a sorted set: entries that are older than the list and kept, which are
 *   changes that set a key, by their numbers: the number, a newline, and the entry.
 * - `hubbub:{ROOM}:state`, a hash: `first`, the number of the first entry in the list; `forgotten`, the
 *   newest entry before which no other is shown than those that are asked for as settings.
 * - `hubbub:{ROOM}:commands`, a hash: the number of every kept entry that has an id, by the id in JSON.
 * - `hubbub:{ROOM}:changes`, a sorted set in the order of keys: the newest change of every key, as the key, a zero byte, its number, a zero byte, and 1 if it sets something.
 * - `hubbub:{ROOM}:pins`, a sorted set: the pinned messages, by the numbers of those changes.
 * - `hubbub:{ROOM}:superseded`, a sorted set: the numbers of superseded entries whose id is kept.
 * - `hubbub:{ROOM}:files`, a hash: the number of the message that names a file, by the file's id. It stays
 *   when the message is deleted or forgotten, until the file does not exist any more.
 * - `hubbub:{ROOM}:log`, a stream, and `hubbub:{ROOM}:ids`, a hash, of version 0.1. Strings instead keep
 *   that version out. `hubbub:{ROOM}:converting` is that stream and `hubbub:{ROOM}:converted` the list
 *   that it becomes, as long as that lasts.
 * - `hubbub:{ROOM}:here`, a hash: the people in the room. `NODE/MEMBER` is one on that node, in JSON.
 * - `hubbub:{ROOM}`, a channel: what was kept, and the people who came and went.
 *
 * Of all rooms:
 *
 * - `hubbub:epoch` names the numbering, `hubbub:secret` is the database's secret.
 * - `hubbub:probe:…`, written to find out whether Redis can be written; they expire.
 * - `hubbub:nodes`, a sorted set: when each node was last alive, in seconds, by the clock of Redis.
 * - `{hubbub}:rooms`, a sorted set: the rooms, by the time of their newest message, which may be a
 *   second late here; 0 for a room that has people alone.
 * - `{hubbub}:names`, a sorted set in the order of names: each room's folded name, a zero byte, and its
 *   name.
 * - `{hubbub}:unlisted`, a sorted set in the order of names: hidden rooms and the server's own logs, which
 *   are in none of the others.
 * - `{hubbub}:folds`, a hash: for each folded name the oldest room with messages that has it.
 *
 * A script sees everything at one moment and nobody sees it half done. If it fails, it fails before
 * it writes: what could be wrong with the keys is found by reading them first.
 */

import { createHash } from "node:crypto";

/** A script, known to Redis by its hash. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

/** A script, from its text. */
export function script(lua: string): Script {
  return { lua, sha: createHash("sha1").update(lua).digest("hex") };
}

/** The key of the epoch. */
export const EPOCH = "hubbub:epoch";
/** The key of the secret. */
export const SECRET = "hubbub:secret";
/** The key of the nodes. */
export const NODES = "hubbub:nodes";
/** Keys that are written to find out whether it can be done; on a cluster of three, on each node. */
export const PROBES: readonly string[] = ["hubbub:probe:0", "hubbub:probe:1", "hubbub:probe:2"];
/** The keys of the list of rooms, which are in one slot. */
export const ROOMS = "{hubbub}:rooms";
export const NAMES = "{hubbub}:names";
export const FOLDS = "{hubbub}:folds";
export const UNLISTED = "{hubbub}:unlisted";
/** The key of the set of rooms that version 0.1 had. */
export const OLD_ROOMS = "hubbub:rooms";

/** The channel of a room, and the key of the people in it. A room's name has no braces. */
export function keysOf(room: string): { here: string; channel: string } {
  const channel = `hubbub:{${room}}`;
  return { here: `${channel}:here`, channel };
}

const OF_LOG = ["entries", "state", "commands", "changes", "pins", "superseded"];
const OF_OLD_LOG = ["log", "ids", "converting", "converted"];

/** The keys of a room, in the order in which the scripts of its log get them. */
export function logKeys(room: string): string[] {
  const names = [...OF_LOG, ...OF_OLD_LOG, "here", "older", "files"];
  return names.map((key) => `hubbub:{${room}}:${key}`);
}

/**
 * Lists a room. Keys: rooms, names, folds. Words: name; folded name; the time of its newest message, 0
 * if it has none.
 */
export const LIST = script(`
redis.call('ZADD', KEYS[1], 'GT', ARGV[3], ARGV[1])
redis.call('ZADD', KEYS[2], 0, ARGV[2] .. '\\0' .. ARGV[1])
if ARGV[3] ~= '0' then redis.call('HSETNX', KEYS[3], ARGV[2], ARGV[1]) end
return 1
`);

/**
 * Takes a room without messages out of the list. Keys: rooms, names, folds. Words: name; folded name.
 */
export const UNLIST = script(`
if redis.call('ZSCORE', KEYS[1], ARGV[1]) ~= '0' then return 0 end
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[2] .. '\\0' .. ARGV[1])
if redis.call('HGET', KEYS[3], ARGV[2]) == ARGV[1] then redis.call('HDEL', KEYS[3], ARGV[2]) end
return 1
`);

/**
 * Finds the room that a name means. Keys: rooms, folds. Words: name; folded name; 1 to make it this one
 * if there is none with messages. Answers with the room's name.
 */
export const RESOLVE = script(`
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if score and score ~= '0' then return ARGV[1] end
if ARGV[3] == '1' then redis.call('HSETNX', KEYS[2], ARGV[2], ARGV[1]) end
return redis.call('HGET', KEYS[2], ARGV[2]) or ARGV[1]
`);

/**
 * Writes the people of a node, and publishes them. Key: here. Words: channel; what to publish; seconds to keep
 * the key; then fields and values, "" to take one out.
 */
export const PUBLISH_PRESENCE = script(`
for i = 4, #ARGV, 2 do
  if ARGV[i + 1] == '' then redis.call('HDEL', KEYS[1], ARGV[i])
  else redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
end
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('PUBLISH', ARGV[1], ARGV[2])
return 1
`);

/**
 * Reports that a node is alive. Key: nodes. Words: the node; seconds after which a node is dead; 1
 * to take the dead out. Answers with 1 if it was not among those alive, and all that are.
 */
export const BEAT = script(`
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local new = redis.call('ZADD', KEYS[1], string.format('%.3f', now), ARGV[1])
if ARGV[3] == '1' then
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.3f', now - ARGV[2]))
end
return {new, unpack(redis.call('ZRANGE', KEYS[1], 0, -1))}
`);

/** Key: epoch. Words: the one that is no longer true, a new one. Answers with the one that is. */
export const RENEW = script(`
local epoch = redis.call('GET', KEYS[1])
if epoch and epoch ~= ARGV[1] then return epoch end
redis.call('SET', KEYS[1], ARGV[2])
return ARGV[2]
`);
