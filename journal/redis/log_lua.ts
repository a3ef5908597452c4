/**
 * What all scripts of a room's log share, in Lua: what an entry is, and how it is read.
 *
 * An entry is an element of the list, in lines. The first is a letter, the number of messages up to
 * and with this entry, a space, and its time. The others are JSON or empty:
 *
 * - `m`, a message: id; `{"from","name"}`; the other fields that never change; text; what its changes
 *   led to, `{"v","edited","textVersion","deleted","reactions":[[emoji,count,[members]]]}`.
 * - `c`, a change: id; `{"from","name"}`; action; of a reaction, the count.
 * - `s`, a superseded entry: id; or no further line, if that is forgotten.
 */

/**
 * A change of a message that is deleted counts as superseded at once. If there are many, they are
 * superseded in several scripts, and the state names the message until then.
 *
 * The keys of a log, its size, and its entries: those in the list, and older ones that are kept. A room that version 0.1 has left is an error, which
 * begins with CONVERT.
 */
export const LOG = `
local entries, state, commands, changes = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local pins, superseded, oldLog, oldIds, converting = KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9]
local older = KEYS[12]
local size = redis.call('LLEN', entries)
if size == 0 and (redis.call('EXISTS', converting) == 1
    or redis.call('TYPE', oldLog).ok == 'stream') then
  return redis.error_reply('CONVERT it is a room of version 0.1')
end
local numbers = redis.call('HMGET', state, 'first', 'forgotten', 'dropping')
local first = tonumber(numbers[1] or 1)
local forgotten = tonumber(numbers[2] or first - 1)
local function int(number) return string.format('%.0f', number) end
local function element(index) return redis.call('LINDEX', entries, int(index)) end
local dropping = {}
for of in string.gmatch(numbers[3] or '', '%d+') do dropping[of] = true end
local function asItCounts(entry)
  if not next(dropping) then return entry end
  local pattern = '^c(%d+ %d+)\\n([^\\n]*)\\n[^\\n]*\\n{"type":"(%a+)","of":(%d+)'
  local head, id, kind, of = string.match(entry, pattern)
  if not of or not dropping[of] then return entry end
  if kind == 'delete' and tonumber(of) >= first then return entry end
  return 's' .. head .. '\\n' .. id
end
local function read(seq)
  if seq >= first and seq < first + size then return asItCounts(element(seq - first)) end
  local member = seq < first and redis.call('ZRANGEBYSCORE', older, int(seq), int(seq))[1]
  return member and string.match(member, '^%d+\\n(.*)$')
end
local function settle(seq, entry)
  redis.call('ZREMRANGEBYSCORE', older, int(seq), int(seq))
  redis.call('ZADD', older, int(seq), int(seq) .. '\\n' .. entry)
end
local function write(seq, entry)
  if seq < first then settle(seq, entry)
  else redis.call('LSET', entries, int(seq - first), entry) end
end
local function headOf(entry)
  local kind, ordinal, at = string.match(entry, '^(%a)(%d+) (%d+)')
  return kind, tonumber(ordinal), tonumber(at)
end
local messages, time = 0, 0
if size > 0 then
  local _, ordinal, at = headOf(element(-1))
  messages, time = ordinal, at
end
`;

/** The newest change of a key. */
export const NEWEST = `
local function seqIn(member) return tonumber(string.match(member, '%z(%d+)')) end
local function newestOf(key)
  local from, to = '[' .. key .. '\\0', '(' .. key .. '\\1'
  local member = redis.call('ZRANGEBYLEX', changes, from, to, 'LIMIT', 0, 1)[1]
  if member then return seqIn(member), member end
end
`;
