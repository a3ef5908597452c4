/**
 * The scripts that write a room's log. `log_lua.ts` says how an entry is written, `log_reads.ts` how it
 * is read. All of them get the keys that `logKeys` gives.
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
 * of an entry that was there already; `e` and a refusal; `n` and the count of a new reaction. `s` in the
 * place -1: there is something for the script `SWEEP`.
 *
 * What is published: `s NAME FIRST COUNT WHOLE TIME FORGOTTEN`, a newline, and the elements with zero bytes
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
if saveDropping() > 0 then reply(-1, 's', '') end
local words = {'s', ARGV[4], int(answer[1]), #published, whole, int(before), int(forgotten)}
if length > ${LIMITS.batchPublished} then published = {} end
redis.call('PUBLISH', ARGV[3], table.concat(words, ' ') .. '\\n' .. table.concat(published, '\\0'))
return answer
`);

/** Forgets what is over `keep`. Word: keep. Answers with 1 if there may be more. */
export const TRIM = script(`${LOG}${TRIM_ENTRIES}
local more = trim(tonumber(ARGV[1]))
sweep()
return saveDropping() > 0 and 1 or more
`);

/** Supersedes more changes of messages that are deleted. Answers with 1 if there are still more. */
export const SWEEP = script(`${LOG}${TRIM_ENTRIES}
sweep()
return saveDropping() > 0 and 1 or 0
`);
