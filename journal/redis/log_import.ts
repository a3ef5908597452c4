/**
 * The script that takes a log over, and those that convert a log of version 0.1. `log_lua.ts` says how an
 * entry is written. All of them get the keys that `logKeys` gives.
 */

import { LIMITS } from "../../config/limits.ts";
import { ADD, FENCE } from "./log_adding.ts";
import { CHANGE } from "./log_change.ts";
import { CHANGE_WORDS } from "./log_encoding.ts";
import { NAME_FILES } from "./file_lua.ts";
import { TRIM_ENTRIES } from "./log_forget.ts";
import { LOG } from "./log_lua.ts";
import { script } from "./scripts.ts";

/**
 * Takes over entries with their numbers. Those that are there change nothing; if the first of the
 * others does not follow, what is there is forgotten. Words: the number of messages before them; then
 * for each of them
 *
 * - `m`, number, element without the first line, time, id; or `f`, the same, and the ids of its files;
 * - `c`, number, time, count, what `draftAt` reads, and 1 for a setting that is older than the others;
 * - `s`, the last number, time, the first number, and a newline and the id, or nothing if it is not kept.
 */
export const IMPORT = script(`${LOG}${TRIM_ENTRIES}${CHANGE}${NAME_FILES}${ADD}${FENCE}
local begun = false
if size == 0 and not string.find(entries, '{[@~]') then fence() end
local function remember(id, seq)
  if id ~= '' then redis.call('HSET', commands, id, int(seq)) end
end
local function forgetAll()
  for index = 0, size - 1, 1000 do
    for n, entry in ipairs(chunkAt(index)) do
      if isSetting(entry) then settle(first + index + n - 1, entry) end
    end
  end
  redis.call('DEL', entries, commands, pins, superseded)
  dropping = {}
  redis.call('ZREMRANGEBYLEX', changes, '[0', '(:')
  for _, member in ipairs(redis.call('ZRANGE', older, 0, -1)) do
    local seq, id = string.match(member, '^(%d+)\\n[^\\n]*\\n([^\\n]*)')
    remember(id, seq)
  end
end
local function begin(seq)
  if begun then return end
  begun = true
  if size == 0 or seq > first + size then
    forgetAll()
    first, size, forgotten = seq, 0, seq - 1
    saveNumbers()
  end
  messages = tonumber(ARGV[1])
end
local function takeMessage(i, seq)
  begin(seq)
  messages = messages + 1
  remember(ARGV[i + 2], add('m' .. int(messages) .. ' ' .. ARGV[i + 1] .. '\\n' .. ARGV[i]))
end
local function takeSetting(draft, seq, at)
  local known = newestOf(draft.key)
  if known and known >= seq then return end
  settle(seq, record(draft, seq, at, ''))
  remember(draft.id, seq)
end
local function takeChange(i, seq, isNew)
  flush()
  local draft, at = draftAt(i + 2), tonumber(ARGV[i])
  if ARGV[i + ${CHANGE_WORDS + 2}] == '1' then return takeSetting(draft, seq, at) end
  if not isNew then return end
  begin(seq)
  local target = draft.of ~= '' and read(tonumber(draft.of))
  if target and string.sub(target, 1, 1) == 'm' then draft.message = parse(target) end
  add(record(draft, seq, at, ARGV[i + 1] == '' and '' or tonumber(ARGV[i + 1])))
  remember(draft.id, seq)
end
local function takeSuperseded(i, seq)
  local from = tonumber(ARGV[i + 1])
  if begun or size > 0 then from = math.max(from, first + size + #pending) end
  begin(from)
  if messages == 0 and seq - from > ${LIMITS.unsettled} then
    flush()
    compact(size)
    first, from = seq, seq
    saveNumbers()
  end
  for _ = from, seq do
    add('s' .. int(messages) .. ' ' .. ARGV[i] .. ARGV[i + 2])
    if #pending >= 1000 then flush() end
  end
  if ARGV[i + 2] == '' then return end
  redis.call('ZADD', superseded, int(seq), int(seq))
  remember(string.sub(ARGV[i + 2], 2), seq)
end
local newest = size == 0 and 0 or first + size - 1
local i = 2
while i <= #ARGV do
  local kind, seq = ARGV[i], tonumber(ARGV[i + 1])
  i = i + 2
  local isNew = seq > newest
  if kind == 'm' or kind == 'f' then
    if isNew then takeMessage(i, seq) end
    if isNew and kind == 'f' then nameFiles(ARGV[i + 3], seq) end
    i = i + (kind == 'm' and 3 or 4)
  elseif kind == 's' then
    if isNew then takeSuperseded(i, seq) end
    i = i + 3
  else
    takeChange(i, seq, isNew)
    i = i + ${CHANGE_WORDS + 3}
  end
end
flush()
limitSuperseded()
saveDropping()
if messages == 0 and size > ${2 * LIMITS.unsettled} then compact(size - ${LIMITS.unsettled}) end
return 1
`);

/**
 * Sets the log of version 0.1 aside, where no server of that version finds it. Answers with 1 if it is
 * to be converted.
 */
export const SET_ASIDE = script(`
local commands, oldLog, oldIds, converting = KEYS[3], KEYS[7], KEYS[8], KEYS[9]
${FENCE}if redis.call('TYPE', oldLog).ok ~= 'stream' then return redis.call('EXISTS', converting) end
if redis.call('EXISTS', converting) == 1 then return 1 end
if redis.call('TYPE', oldIds).ok == 'hash' then redis.call('RENAME', oldIds, commands) end
redis.call('RENAME', oldLog, converting)
fence()
return 1
`);

/**
 * Converts some entries of the log that was set aside, the oldest. Words: the first entry and the one
 * after the last, as the stream names them; the first one's number; elements. Does nothing if another
 * server has converted them. When there are no more, they become the room's log.
 */
export const CONVERT = script(`
local entries, state, converting, converted = KEYS[1], KEYS[2], KEYS[9], KEYS[10]
local oldest = redis.call('XRANGE', converting, '-', '+', 'COUNT', 1)[1]
if not oldest or oldest[1] ~= ARGV[1] then return 0 end
redis.call('HSETNX', state, 'first', ARGV[3])
redis.call('RPUSH', converted, unpack(ARGV, 4))
redis.call('XTRIM', converting, 'MINID', ARGV[2])
if redis.call('XLEN', converting) > 0 then return 1 end
redis.call('DEL', converting)
redis.call('RENAME', converted, entries)
return 1
`);
