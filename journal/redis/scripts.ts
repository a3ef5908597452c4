/**
 * What stands in Redis, and the scripts that change it.
 *
 * Of a room, all with the same hash tag, so that on a cluster they stand in one slot:
 *
 * - `hubbub:{ROOM}:log`, a stream. The entry `17-0` is message 17: `m` is the message in JSON, `i` its
 *   id, also in JSON, if it has one.
 * - `hubbub:{ROOM}:ids`, a hash: the number of every message that has an id and is kept.
 * - `hubbub:{ROOM}:here`, a hash: who is in the room. `SERVER` counts what that server told of the
 *   room, `SERVER/MEMBER` is a member in JSON.
 * - `hubbub:{ROOM}`, a channel: what was kept and who came and went, as it happens.
 *
 * Of all: `hubbub:epoch` names the numbering, `hubbub:secret` is the secret, `hubbub:rooms` the set
 * of the rooms that have messages, `hubbub:names` a hash: the name of the oldest room by the form in
 * which names are compared; `hubbub:servers` a sorted set: when each server was last alive, in seconds, by the clock
 * of Redis.
 *
 * A script sees everything at one moment and nobody sees it half done. It fails, if it does, before
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

/** Where the epoch stands. */
export const EPOCH = "hubbub:epoch";
/** Where the rooms stand. */
export const ROOMS = "hubbub:rooms";
/** Where the secret is. */
export const SECRET = "hubbub:secret";
/** The rooms' names by their folded forms: that of the oldest of each. */
export const NAMES = "hubbub:names";
/** Where the servers stand. */
export const SERVERS = "hubbub:servers";

/** The keys of a room. A room's name has no braces. */
export function keysOf(room: string): { log: string; ids: string; here: string; channel: string } {
  const stem = `hubbub:{${room}}`;
  return { log: `${stem}:log`, ids: `${stem}:ids`, here: `${stem}:here`, channel: stem };
}

const NEWEST = `
local function newest(log)
  local entry = redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
  return entry and tonumber(string.match(entry[1], '^%d+')) or 0
end
local function at(seq) return string.format('%.0f-0', seq) end
`;

/**
 * Keeps a batch of one room: numbers it, keeps each id once, forgets what is over `keep`, tells.
 *
 * Keys: log, ids. Words: keep; the newest message that the server has seen; channel; the batch's
 * name; then for each message its JSON, and its id in JSON or "". Answers with the number of the
 * first new message, then for each that was there already its place in the batch, number and JSON.
 *
 * What is told: `s NAME FIRST COUNT WHOLE`, a newline, and a JSON array of ids (or 0) and messages
 * in turn; WHOLE is 1 if it is the whole batch. It is left out where it is too long.
 */
export const APPEND = script(`${NEWEST}
local log, ids = KEYS[1], KEYS[2]
local keep, known = tonumber(ARGV[1]), tonumber(ARGV[2])
redis.call('HLEN', ids)
local last = newest(log)
if last < known then return redis.error_reply('LOST it is at ' .. last .. ', not ' .. known) end
local answer, told, size = {last + 1}, {}, 0
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
    told[#told + 1] = id == '' and '0' or id
    told[#told + 1] = message
    size = size + #message
    if id == '' then redis.call('XADD', log, at(last), 'm', message)
    else redis.call('XADD', log, at(last), 'm', message, 'i', id) end
  end
end
local from = '-'
local most = ${LIMITS.redisForget}
while keep > 0 and last > keep and most > 0 do
  local old = redis.call('XRANGE', log, from, at(last - keep), 'COUNT', 1000)
  if #old == 0 then break end
  local gone = {}
  for _, entry in ipairs(old) do
    if entry[2][4] then gone[#gone + 1] = entry[2][4] end
  end
  if #gone > 0 then redis.call('HDEL', ids, unpack(gone)) end
  from = at(tonumber(string.match(old[#old][1], '^%d+')) + 1)
  redis.call('XTRIM', log, 'MINID', from)
  most = most - #old
end
if #told > 0 then
  local head = 's ' .. ARGV[4] .. ' ' .. answer[1] .. ' ' .. #told / 2 .. ' ' .. #answer .. '\\n'
  if size > ${LIMITS.redisTold} then told = {} end
  redis.call('PUBLISH', ARGV[3], head .. '[' .. table.concat(told, ',') .. ']')
end
return answer
`);

/** Keys: log, here. Answers with the number of the newest message and how many fields `here` has. */
export const GLANCE = script(`${NEWEST}
return {newest(KEYS[1]), redis.call('HLEN', KEYS[2])}
`);

/**
 * Writes who is here. Key: here. Words: channel; what to publish, or ""; seconds to keep the key;
 * then fields and values, "" to take one out.
 */
export const TELL = script(`
for i = 4, #ARGV, 2 do
  if ARGV[i + 1] == '' then redis.call('HDEL', KEYS[1], ARGV[i])
  else redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
end
redis.call('EXPIRE', KEYS[1], ARGV[3])
if ARGV[2] ~= '' then redis.call('PUBLISH', ARGV[1], ARGV[2]) end
return 1
`);

/**
 * A server is alive. Key: servers. Words: the server; seconds after which a server is dead; 1 to
 * take the dead out. Answers with 1 if it was not among the living, and all who are.
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

/** Takes over messages. Keys: log, ids. Words: for each its number, its JSON, its id in JSON or "". */
export const INHERIT = script(`
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
