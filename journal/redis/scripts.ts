/**
 * The keys in Redis, and the scripts that change them.
 *
 * Of a room, all with the same hash tag, so that on a cluster they are in one slot:
 *
 * - `hubbub:{ROOM}:log`, a stream. The entry `17-0` is message 17: `m` is the message in JSON, `i` its
 *   id, also in JSON, if it has one.
 * - `hubbub:{ROOM}:ids`, a hash: the number of every message that has an id and is kept.
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
 * - `{hubbub}:folds`, a hash: for each folded name the oldest room with messages that has it.
 *
 * A script sees everything at one moment and nobody sees it half done. If it fails, it fails before
 * it writes: what could be wrong with the keys is found by reading them first.
 */

import { createHash } from "node:crypto";
import { LIMITS } from "../../config/limits.ts";

/** A script, known to Redis by its hash. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

function script(lua: string): Script {
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
/** The key of the set of rooms that version 0.1 had. */
export const OLD_ROOMS = "hubbub:rooms";

/** The keys of a room. A room's name has no braces. */
export function keysOf(room: string): { log: string; ids: string; here: string; channel: string } {
  const stem = `hubbub:{${room}}`;
  return { log: `${stem}:log`, ids: `${stem}:ids`, here: `${stem}:here`, channel: stem };
}

/** Helpers: the newest message's number and time, the time in a message, the entry of a number. */
const NEWEST = `
local function timeOf(message) return tonumber(string.match(message, '^{"at":(%d+)')) or 0 end
local function newest(log)
  local entry = redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
  if not entry then return 0, 0 end
  return tonumber(string.match(entry[1], '^%d+')), timeOf(entry[2][2])
end
local function at(seq) return string.format('%.0f-0', seq) end
`;

/** Helper: forgets what is over `keep`, and its ids; answers with whether there may be more. */
const FORGET = `
local function trim(log, ids, last, keep)
  local from = '-'
  local most = ${LIMITS.forgottenAtOnce}
  while keep > 0 and last > keep and most > 0 do
    local old = redis.call('XRANGE', log, from, at(last - keep), 'COUNT', 1000)
    if #old == 0 then return 0 end
    local gone = {}
    for _, entry in ipairs(old) do
      if entry[2][4] then gone[#gone + 1] = entry[2][4] end
    end
    if #gone > 0 then redis.call('HDEL', ids, unpack(gone)) end
    from = at(tonumber(string.match(old[#old][1], '^%d+')) + 1)
    redis.call('XTRIM', log, 'MINID', from)
    most = most - #old
  end
  return most > 0 and 0 or 1
end
`;

/**
 * Keeps a batch of one room: numbers it, keeps each id once, forgets what is over `keep`,
 * publishes.
 *
 * Keys: log, ids. Words: keep; the newest message that the node has seen; channel; the batch's
 * name; then for each message its JSON, and its id in JSON or "". A message that is older than the one
 * before it gets its time. Answers with the number of the first new message and the time of the one
 * before it, then for each that was there already its place in the batch, number and JSON.
 *
 * What is published: `s NAME FIRST COUNT WHOLE TIME`, a newline, and a JSON array of ids (or 0) and
 * messages in turn, which is empty where it would be too long. WHOLE is 1 if it is the whole batch,
 * TIME that of the message before it.
 */
export const APPEND = script(`${NEWEST}${FORGET}
local log, ids = KEYS[1], KEYS[2]
local keep, known = tonumber(ARGV[1]), tonumber(ARGV[2])
redis.call('HLEN', ids)
local last, time = newest(log)
if last < known then return redis.error_reply('LOST it is at ' .. last .. ', not ' .. known) end
local answer, published, size = {last + 1, time}, {}, 0
local before = time
for i = 5, #ARGV, 2 do
  local message, id, old = ARGV[i], ARGV[i + 1], nil
  if id ~= '' and redis.call('HSETNX', ids, id, last + 1) == 0 then
    local seq = tonumber(redis.call('HGET', ids, id))
    old = redis.call('XRANGE', log, at(seq), at(seq))[1]
    if old then
      answer[#answer + 1] = (i - 5) / 2
      answer[#answer + 1] = seq
      answer[#answer + 1] = old[2][2]
    else
      redis.call('HSET', ids, id, last + 1)
    end
  end
  if not old then
    last = last + 1
    local own = timeOf(message)
    if own < time then
      message = string.gsub(message, '%d+', string.format('%.0f', time), 1)
    else time = own end
    published[#published + 1] = id == '' and '0' or id
    published[#published + 1] = message
    size = size + #message
    if id == '' then redis.call('XADD', log, at(last), 'm', message)
    else redis.call('XADD', log, at(last), 'm', message, 'i', id) end
  end
end
trim(log, ids, last, keep)
if #published > 0 then
  local whole = #answer == 2 and 1 or 0
  local head = string.format('s %s %.0f %d %d %.0f', ARGV[4], answer[1], #published / 2, whole, before)
  if size > ${LIMITS.batchPublished} then published = {} end
  redis.call('PUBLISH', ARGV[3], head .. '\\n[' .. table.concat(published, ',') .. ']')
end
return answer
`);

/** Forgets what is over `keep`. Keys: log, ids. Word: keep. Answers with 1 if there may be more. */
export const TRIM = script(`${NEWEST}${FORGET}
local last = newest(KEYS[1])
return trim(KEYS[1], KEYS[2], last, tonumber(ARGV[1]))
`);

/**
 * Looks at a room. Keys: log, here. Word: seconds to keep `here`, or 0. Answers with the number and
 * the time of the newest message and how many fields `here` has. A Redis that cannot write may still
 * be read.
 */
export const GLANCE = script(`${NEWEST}
if ARGV[1] ~= '0' then redis.pcall('EXPIRE', KEYS[2], ARGV[1]) end
local last, time = newest(KEYS[1])
return {last, time, redis.call('HLEN', KEYS[2])}
`);

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

/** Imports messages. Keys: log, ids. Words: for each its number, its JSON, its id in JSON or "". */
export const IMPORT = script(`
local log, ids = KEYS[1], KEYS[2]
redis.call('HLEN', ids)
for i = 1, #ARGV, 3 do
  local seq, message, id = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  if id == '' then redis.call('XADD', log, seq .. '-0', 'm', message)
  else
    redis.call('XADD', log, seq .. '-0', 'm', message, 'i', id)
    redis.call('HSET', ids, id, seq)
  end
end
return 1
`);
