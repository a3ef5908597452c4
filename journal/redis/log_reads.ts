/**
 * The scripts that read a room's log, each at one moment. `log_lua.ts` says how an entry is written. All
 * of them get the keys that `logKeys` gives.
 */

import { LIMITS } from "../../config/limits.ts";
import { LOG, NEWEST } from "./log_lua.ts";
import { script } from "./scripts.ts";

/**
 * Words: `after` or `before`, a number, and a limit. Answers with the number of the first element, the
 * elements, the number before which nothing is left, and the oldest or newest entries that are older
 * than the list, as `older` has them, oldest or newest first; these are none if the range is in the list.
 */
export const RANGE = script(`${LOG}
local seq, limit, last = tonumber(ARGV[2]), tonumber(ARGV[3]), first + size - 1
local from, to, old
if ARGV[1] == 'after' then
  from = math.max(seq + 1, first)
  to = math.min(from + limit - 1, last)
  if seq + 1 < first and forgotten + 1 < first then
    local least = int(math.max(seq, forgotten) + 1)
    old = redis.call('ZRANGEBYSCORE', older, least, int(first - 1), 'LIMIT', 0, limit)
  end
else
  to = math.min(seq - 1, last)
  from = math.max(to - limit + 1, first)
  if to - limit + 1 < first and forgotten + 1 < first then
    local most = int(math.min(to, first - 1))
    old = redis.call('ZREVRANGEBYSCORE', older, most, int(forgotten + 1), 'LIMIT', 0, limit)
  end
end
local found = from > to and {} or redis.call('LRANGE', entries, int(from - first), int(to - first))
if next(dropping) then
  for n, entry in ipairs(found) do found[n] = asItCounts(entry) end
end
return {from > to and 0 or from, found, math.max(forgotten, ARGV[1] == 'after' and seq or 0), old or {}}
`);

/**
 * Messages alone. Words: `before`, `after` or `around`, a number, and a limit. Answers with the number
 * and the time of the newest entry, 1 if there are more messages, and in turn numbers and elements.
 *
 * Where many entries follow each other that are no messages, the next message is found by bisection,
 * since an element says how many messages there are up to it.
 */
export const PAGE = script(`${LOG}
local function ordinalAt(index)
  local _, ordinal = headOf(element(index))
  return ordinal
end
local function bisect(low, high, ordinal)
  while low < high do
    local middle = math.floor((low + high) / 2)
    if ordinalAt(middle) >= ordinal then high = middle else low = middle + 1 end
  end
  return low
end
local function isMessage(entry) return string.sub(entry, 1, 1) == 'm' end
local function chunkOf(from, to) return redis.call('LRANGE', entries, int(from), int(to - 1)) end
local function newest(to, limit)
  local found, step = {}, math.max(limit, 100)
  to = math.min(to, size)
  while to > 0 and #found < limit do
    local from, had = math.max(to - step, 0), #found
    local chunk = chunkOf(from, to)
    for n = #chunk, 1, -1 do
      if isMessage(chunk[n]) and #found < limit then
        found[#found + 1] = {first + from + n - 1, chunk[n]}
      end
    end
    if #found == had and from > 0 then to = bisect(0, from, ordinalAt(from)) + 1
    else to = from end
  end
  return found
end
local function oldest(from, limit)
  local found, step = {}, math.max(limit, 100)
  from = math.max(from, 0)
  while from < size and #found < limit do
    local to, had = math.min(from + step, size), #found
    for n, entry in ipairs(chunkOf(from, to)) do
      if isMessage(entry) and #found < limit then
        found[#found + 1] = {first + from + n - 1, entry}
      end
    end
    if #found == had and to < size then from = bisect(to, size - 1, ordinalAt(to - 1) + 1)
    else from = to end
  end
  return found
end
local answer = {first + size - 1, time, 0}
if size == 0 then return {0, 0, 0} end
local function put(found, limit, backwards)
  if #found > limit then
    answer[3] = 1
    table.remove(found)
  end
  for n = 1, #found do
    local one = found[backwards and #found + 1 - n or n]
    answer[#answer + 1] = one[1]
    answer[#answer + 1] = one[2]
  end
  return #found
end
local seq, limit = tonumber(ARGV[2]), tonumber(ARGV[3])
local function putNewest(limit) return put(newest(seq - first, limit + 1), limit, true) end
local function putOldest(seq, limit) put(oldest(seq - first, limit + 1), limit) end
if ARGV[1] == 'before' then putNewest(limit)
elseif ARGV[1] == 'after' then putOldest(seq + 1, limit)
else
  local older = putNewest(math.floor(limit / 2))
  putOldest(seq, limit - older)
end
return answer
`);

/** Answers with the newest number, the number and the element of the topic's change, and the newest pins. */
export const STATE = script(`${LOG}${NEWEST}
local topic = newestOf('topic')
return {
  size == 0 and 0 or first + size - 1,
  topic or 0,
  topic and read(topic) or '',
  redis.call('ZREVRANGE', pins, 0, ${LIMITS.pinsKnown - 1}),
}
`);

/**
 * Words: bounds of keys, as ZRANGEBYLEX takes them, and a limit. Answers with the newest number and its time, then in turn
 * the numbers and elements of the newest changes of keys that are not of a message.
 */
export const SETTINGS = script(`${LOG}${NEWEST}
if size == 0 then return {0, 0} end
local answer = {first + size - 1, time}
for _, member in ipairs(redis.call('ZRANGEBYLEX', changes, ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[3])) do
  local seq = seqIn(member)
  answer[#answer + 1] = seq
  answer[#answer + 1] = read(seq)
end
return answer
`);

/** Word: a number. Answers with how many messages there were up to it. */
export const COUNT = script(`${LOG}
if size == 0 then return 0 end
local index = tonumber(ARGV[1]) - first
local kind, ordinal = headOf(element(math.max(math.min(index, size - 1), 0)))
return index < 0 and kind == 'm' and ordinal - 1 or ordinal
`);

/**
 * Words: what the keys of the reactions to a message with an emoji begin with; the key after which to
 * begin, or "". Answers with their number, and the members in the order of their reactions.
 */
export const REACTION = script(`${LOG}${NEWEST}
local prefix = ARGV[1]
if dropping[string.match(prefix, '^%d+')] then return {0} end
local order, members = {}, {}
local to = '(' .. string.sub(prefix, 1, -2) .. '0'
for _, member in ipairs(redis.call('ZRANGEBYLEX', changes, '[' .. prefix, to)) do
  local who, seq = string.match(member, '^([^%z]*)%z(%d+)%z1$', #prefix + 1)
  if who then
    order[#order + 1] = tonumber(seq)
    members[tonumber(seq)] = who
  end
end
table.sort(order)
local after = ARGV[2] ~= '' and newestOf(ARGV[2]) or 0
local answer = {#order}
for _, seq in ipairs(order) do
  if #answer > ${LIMITS.reactionsPage} then break end
  if seq > after then answer[#answer + 1] = members[seq] end
end
return answer
`);

/** Word: a key. Answers with 1 if its newest change sets something. */
export const IS_SET = script(`${LOG}${NEWEST}
if dropping[string.match(ARGV[1], '^%d+')] then return 0 end
local _, member = newestOf(ARGV[1])
return member and string.sub(member, -2) == '\\0001' and 1 or 0
`);

/**
 * Looks at a room. Word: seconds to keep the people in it, or 0. Answers with the number and the time
 * of the newest entry, how many fields the people have, and how many messages there were. A Redis that
 * cannot write may still be read.
 */
export const GLANCE = script(`${LOG}
local here = KEYS[11]
if ARGV[1] ~= '0' then redis.pcall('EXPIRE', here, ARGV[1]) end
return {size == 0 and 0 or first + size - 1, time, redis.call('HLEN', here), messages}
`);
