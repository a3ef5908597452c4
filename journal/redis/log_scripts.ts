/**
 * The scripts that write a room's log. `log_lua.ts` says how an entry is written, `log_reads.ts` how it
 * is read. All of them get the keys that `logKeys` gives.
 */

import { LIMITS } from "../../config/limits.ts";
import { CHANGE_WORDS } from "./log_encoding.ts";
import { CHANGE, LOG, TRIM_ENTRIES } from "./log_lua.ts";
import { NAME_FILES } from "./file_lua.ts";
import { script } from "./scripts.ts";

/** Keeping version 0.1 out of the room. */
const FENCE = `
local function fence()
  for _, key in ipairs({oldLog, oldIds}) do
    redis.call('SET', key, 'this room has moved to a newer version')
  end
end
`;

/** Adding elements at the end, many at a time. */
const ADD = `
local pending = {}
local function flush()
  for i = 1, #pending, 1000 do
    size = redis.call('RPUSH', entries, unpack(pending, i, math.min(i + 999, #pending)))
  end
  pending = {}
end
local function add(entry)
  pending[#pending + 1] = entry
  return first + size + #pending - 1
end
`;

/**
 * Keeps a batch of one room: numbers it, keeps each id once, keeps changes whose conditions are true,
 * forgets what is over `keep`, publishes. With the first entry of a room it fences version 0.1 off, by
 * strings where that expects a stream and a hash.
 *
 * Words: keep; the newest entry that the node has seen; channel; the batch's name; then for each draft
 * `m`, time, id, and the lines of a message; or `f`, the same, and the ids of its files; or `c`, time, and
 * what `draftAt` reads. Before a group comes `g` and the number of its changes; they are judged before the
 * first is kept. An entry that is
 * older than the one before it gets its time. Answers with the number of the first new entry and the
 * time of the one before it, then, each with its place in the batch: `d` and a number, and the element,
 * of an entry that was there already; `e` and a refusal; `n` and the count of a new reaction.
 *
 * What is published: `s NAME FIRST COUNT WHOLE TIME`, a newline, and the elements with zero bytes
 * between them, or nothing where that would be too long. WHOLE is 1 if it is the whole batch and has
 * only messages, TIME that of the entry before it.
 */
export const APPEND = script(`${LOG}${TRIM_ENTRIES}${CHANGE}${NAME_FILES}${ADD}${FENCE}
local keep, known = tonumber(ARGV[1]), tonumber(ARGV[2])
redis.call('HLEN', commands)
redis.call('ZCARD', changes)
redis.call('ZCARD', superseded)
redis.call('ZCARD', pins)
redis.call('HLEN', files)
local last = first + size - 1
if last < known then return redis.error_reply('LOST it is at ' .. last .. ', not ' .. known) end
local answer, published, length, before, new = {last + 1, time}, {}, 0, time, size == 0
local function reply(index, what, value)
  answer[#answer + 1] = index
  answer[#answer + 1] = what
  answer[#answer + 1] = value
end
local function firstOf(id)
  local seq = id ~= '' and tonumber(redis.call('HGET', commands, id) or nil)
  if not seq then return end
  flush()
  return seq, read(seq)
end
local function keepEntry(entry, id)
  local seq = add(entry)
  if id ~= '' then redis.call('HSET', commands, id, int(seq)) end
  published[#published + 1] = entry
  length = length + #entry
end
local function keepMessage(i, at)
  messages = messages + 1
  local head = 'm' .. int(messages) .. ' ' .. int(at)
  local id, who, more, text = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  keepEntry(table.concat({head, id, who, more, text, ''}, '\\n'), id)
end
local whole = 1
local function isSame(draft, old)
  if string.sub(old, 1, 1) == 's' then return true end
  if string.sub(old, 1, 1) == 'm' or actionOf(old) ~= draft.action then return false end
  return cjson.decode(string.match(old, '^[^\\n]*\\n[^\\n]*\\n([^\\n]*)')).from == draft.from
end
local function refusalOf(i, count)
  for n = 0, count - 1 do
    local draft = draftAt(i + n * ${CHANGE_WORDS + 2} + 2)
    if draft.key == '' then return 'bad_command' end
    local _, old = firstOf(draft.id)
    if old and not isSame(draft, old) then return 'bad_command' end
    local refusal = not old and judge(draft)
    if refusal then return refusal end
  end
end
local function keepChange(i, at, index)
  flush()
  whole = 0
  local draft = draftAt(i)
  local refusal, seq, entry = judge(draft)
  if refusal then return reply(index, 'e', refusal) end
  if seq then return reply(index, 'd' .. int(seq), entry) end
  local count = countAfter(draft)
  if count ~= '' then reply(index, 'n', count) end
  keepEntry(record(draft, first + size, at, count), draft.id)
  time = at
end
local i, index = 5, 0
local function keepNext()
  local kind, at = ARGV[i], math.max(tonumber(ARGV[i + 1]), time)
  i = i + 2
  local seq, old = firstOf(ARGV[i])
  if old then
    whole = 0
    reply(index, 'd' .. int(seq), old)
  elseif kind == 'f' and not nameFiles(ARGV[i + 4], first + size + #pending) then
    whole = 0
    reply(index, 'e', 'file')
  elseif kind ~= 'c' then
    keepMessage(i, at)
    time = at
  else
    keepChange(i, at, index)
  end
  i, index = i + (kind == 'm' and 4 or kind == 'f' and 5 or ${CHANGE_WORDS}), index + 1
end
local function refuse(refusal, count)
  whole = 0
  for n = 0, count - 1 do reply(index + n, 'e', refusal) end
  i, index = i + count * ${CHANGE_WORDS + 2}, index + count
end
while i <= #ARGV do
  if ARGV[i] == 'g' then
    local count = tonumber(ARGV[i + 1])
    i = i + 2
    flush()
    local refusal = refusalOf(i, count)
    if refusal then refuse(refusal, count) end
  else
    keepNext()
  end
end
flush()
if #published == 0 then return answer end
if new and not string.find(entries, '{[@~]') then fence() end
trim(keep)
local words = {'s', ARGV[4], int(answer[1]), #published, whole, int(before)}
if length > ${LIMITS.batchPublished} then published = {} end
redis.call('PUBLISH', ARGV[3], table.concat(words, ' ') .. '\\n' .. table.concat(published, '\\0'))
return answer
`);

/** Forgets what is over `keep`. Word: keep. Answers with 1 if there may be more. */
export const TRIM = script(`${LOG}${TRIM_ENTRIES}
return trim(tonumber(ARGV[1]))
`);

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
