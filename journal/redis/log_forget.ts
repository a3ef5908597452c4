/**
 * What the scripts of a room's log share, in Lua: superseding entries, and forgetting them. `log_lua.ts`
 * says what they are.
 */

import { LIMITS } from "../../config/limits.ts";
import { NEWEST } from "./log_lua.ts";

/** Superseding. */
const SUPERSEDE = `${NEWEST}
local function supersede(seq)
  local entry = read(seq)
  if not entry then return end
  local head, id = string.match(entry, '^%a(%d+ %d+)\\n([^\\n]*)')
  if seq <= forgotten then
    redis.call('ZREMRANGEBYSCORE', older, int(seq), int(seq))
    if id ~= '' then redis.call('HDEL', commands, id) end
    return
  end
  write(seq, 's' .. head .. '\\n' .. id)
  redis.call('ZADD', superseded, int(seq), int(seq))
end
local function forget(seq)
  local head, id = string.match(read(seq), '^(%a%d+ %d+)\\n([^\\n]*)')
  if id ~= '' then redis.call('HDEL', commands, id) end
  if seq < first then redis.call('ZREMRANGEBYSCORE', older, int(seq), int(seq))
  else write(seq, head) end
end
local function limitSuperseded()
  local over = redis.call('ZCARD', superseded) - ${LIMITS.superseded}
  if over <= 0 then return end
  for _, seq in ipairs(redis.call('ZRANGE', superseded, 0, over - 1)) do
    forget(tonumber(seq))
  end
  redis.call('ZREMRANGEBYRANK', superseded, 0, over - 1)
end
local function dropChange(seq, member)
  supersede(seq)
  redis.call('ZREM', changes, member)
end
local function dropChanges(of)
  local seq, member = newestOf(of .. '/text')
  if seq then dropChange(seq, member) end
  redis.call('ZREM', pins, of)
  local isGone = tonumber(of) < first
  local from, to = isGone and '[' .. of .. '/' or '(' .. of .. '/deleted\\1', '(' .. of .. '0'
  local some = redis.call('ZRANGEBYLEX', changes, from, to, 'LIMIT', 0, ${LIMITS.droppedAtOnce})
  for _, member in ipairs(some) do dropChange(seqIn(member), member) end
  dropping[of] = #some == ${LIMITS.droppedAtOnce} or nil
  return #some
end
local function saveDropping()
  local all = {}
  for of in pairs(dropping) do all[#all + 1] = of end
  if #all > 0 then redis.call('HSET', state, 'dropping', table.concat(all, ' '))
  elseif numbers[3] then redis.call('HDEL', state, 'dropping') end
  return #all
end
local function sweep()
  local of = next(dropping)
  if of then dropChanges(of) end
  limitSuperseded()
end
`;

/**
 * Taking entries out of the beginning of the list: those that are kept nevertheless, or, of a log without
 * messages, everything of which more than the number and the time is known, go to `older`.
 */
const SETTLE = `
local function actionOf(entry)
  return string.match(entry, '^[^\\n]*\\n[^\\n]*\\n[^\\n]*\\n([^\\n]*)')
end
local function isSetting(entry)
  if string.sub(entry, 1, 1) ~= 'c' then return false end
  local action = actionOf(entry)
  return string.find(action, '^{"type":"set"') or string.find(action, '^{"type":"room"')
end
local function chunkAt(index) return redis.call('LRANGE', entries, int(index), int(index + 999)) end
local function cut(count)
  redis.call('LTRIM', entries, int(count), -1)
  first, size = first + count, size - count
end
local function saveNumbers()
  redis.call('HSET', state, 'first', int(first), 'forgotten', int(forgotten))
end
local function compact(count)
  while count > 0 do
    local chunk = redis.call('LRANGE', entries, 0, int(math.min(count, 1000) - 1))
    for n, entry in ipairs(chunk) do
      if string.find(entry, '\\n', 1, true) then settle(first + n - 1, entry) end
    end
    cut(#chunk)
    count = count - #chunk
  end
  saveNumbers()
end
`;

/** Forgetting what is over `keep`; answers with whether there may be more. */
export const TRIM_ENTRIES = `${SUPERSEDE}${SETTLE}
local function trim(keep)
  local most = ${LIMITS.forgottenAtOnce}
  while keep > 0 and messages > keep and most > 0 do
    local chunk, count, gone, changed = chunkAt(0), 0, {}, {}
    for n, entry in ipairs(chunk) do
      local kind, ordinal = headOf(entry)
      if kind == 'm' and ordinal > messages - keep then break end
      count = n
      local id = string.match(entry, '^[^\\n]*\\n([^\\n]+)')
      if isSetting(entry) then settle(first + n - 1, entry)
      elseif id then gone[#gone + 1] = id end
      if kind == 'm' and string.sub(entry, -1) ~= '\\n' then changed[#changed + 1] = int(first + n - 1) end
    end
    if count == 0 then break end
    if #gone > 0 then redis.call('HDEL', commands, unpack(gone)) end
    cut(count)
    most, forgotten = most - count, first - 1
    saveNumbers()
    for _, of in ipairs(changed) do most = most - dropChanges(of) end
    redis.call('ZREMRANGEBYSCORE', superseded, '-inf', '(' .. int(first))
  end
  if messages == 0 and size > ${2 * LIMITS.unsettled} then compact(size - ${LIMITS.unsettled}) end
  limitSuperseded()
  return most > 0 and 0 or 1
end
`;
