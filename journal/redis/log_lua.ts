/**
 * What the scripts of a room's log share, in Lua: reading and superseding entries, deciding what a
 * change may do and applying it as `changes.ts` does, and forgetting.
 *
 * An entry is an element of the list, in lines. The first is a letter, the number of messages up to
 * and with this entry, a space, and its time. The others are JSON or empty:
 *
 * - `m`, a message: id; `{"from","name"}`; the other fields that never change; text; what its changes
 *   led to, `{"v","edited","textVersion","deleted","reactions":[[emoji,count,[members]]]}`.
 * - `c`, a change: id; `{"from","name"}`; action; of a reaction, the count.
 * - `s`, a superseded entry: id; or no further line, if that is forgotten.
 */

import { LIMITS } from "../../config/limits.ts";

/**
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
local numbers = redis.call('HMGET', state, 'first', 'forgotten')
local first = tonumber(numbers[1] or 1)
local forgotten = tonumber(numbers[2] or first - 1)
local function int(number) return string.format('%.0f', number) end
local function element(index) return redis.call('LINDEX', entries, int(index)) end
local function read(seq)
  if seq >= first and seq < first + size then return element(seq - first) end
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
local function dropChanges(of)
  local from, to = '[' .. of .. '/', '(' .. of .. '0'
  for _, member in ipairs(redis.call('ZRANGEBYLEX', changes, from, to)) do
    supersede(seqIn(member))
  end
  redis.call('ZREMRANGEBYLEX', changes, from, to)
  redis.call('ZREM', pins, of)
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
    local chunk, count, gone = chunkAt(0), 0, {}
    for n, entry in ipairs(chunk) do
      local kind, ordinal = headOf(entry)
      if kind == 'm' and ordinal > messages - keep then break end
      count = n
      local id = string.match(entry, '^[^\\n]*\\n([^\\n]+)')
      if isSetting(entry) then settle(first + n - 1, entry)
      elseif id then gone[#gone + 1] = id end
      if kind == 'm' and string.sub(entry, -1) ~= '\\n' then dropChanges(int(first + n - 1)) end
    end
    if count == 0 then break end
    if #gone > 0 then redis.call('HDEL', commands, unpack(gone)) end
    cut(count)
    most, forgotten = most - count, first - 1
    saveNumbers()
    redis.call('ZREMRANGEBYSCORE', superseded, '-inf', '(' .. int(first))
  end
  if messages == 0 and size > ${2 * LIMITS.unsettled} then compact(size - ${LIMITS.unsettled}) end
  limitSuperseded()
  return most > 0 and 0 or 1
end
`;

/** A message, taken apart and put together again, and what a change makes of it. */
const APPLY = `
local function parse(entry)
  local pattern = '^([^\\n]*)\\n([^\\n]*)\\n([^\\n]*)\\n([^\\n]*)\\n([^\\n]*)\\n([^\\n]*)$'
  local head, id, who, more, text, changed = string.match(entry, pattern)
  changed = changed == '' and {} or cjson.decode(changed)
  return {head = head, id = id, who = who, more = more, text = text, changed = changed}
end
local function join(m)
  return table.concat({m.head, m.id, m.who, m.more, m.text, cjson.encode(m.changed)}, '\\n')
end
local function reactionOf(changed, emoji)
  for n, reaction in ipairs(changed.reactions or {}) do
    if reaction[1] == emoji then return reaction, n end
  end
end
local function react(changed, draft, count)
  local reaction, place = reactionOf(changed, draft.value)
  local all = changed.reactions or {}
  if count == 0 then
    if place then table.remove(all, place) end
    changed.reactions = #all > 0 and all or nil
    return
  end
  local listed = {}
  for _, member in ipairs(reaction and reaction[3] or {}) do
    if member ~= draft.from then listed[#listed + 1] = member end
  end
  if draft.on == '1' and count <= ${LIMITS.reactionFrom} then listed[#listed + 1] = draft.from end
  all[place or #all + 1] = {draft.value, count, listed}
  changed.reactions = all
end
local function apply(message, draft, seq, at, count)
  if draft.type == 'delete' then
    message.more, message.text, message.changed = '', '""', {v = seq, deleted = true}
    return
  end
  local changed = message.changed
  changed.v = seq
  if draft.type == 'edit' then
    message.text, changed.edited, changed.textVersion = draft.value, at, seq
  elseif draft.type == 'react' then react(changed, draft, count) end
end
`;

/**
 * Keeping a change: `judge` answers with a refusal, or with the number and the element of the entry
 * that already did it, or with nothing; `record` writes everything but the change's own element, and answers with that.
 */
export const CHANGE = `${APPLY}
local function isLarger(draft, entry)
  local value, before = tonumber(draft.value), entry and cjson.decode(actionOf(entry)).value
  return value and (type(before) ~= 'number' or value > before)
end
local function judgeSetting(draft)
  if draft.key == '' then return 'bad_command' end
  local seq = newestOf(draft.key)
  local entry = seq and read(seq)
  if draft.newest ~= '' and tonumber(draft.newest) ~= (seq or 0) then return 'changed' end
  if entry and actionOf(entry) == draft.action then return nil, seq, entry end
  if draft.larger == '1' and not isLarger(draft, entry) then return 'changed' end
end
local function judge(draft)
  if draft.of == '' then return judgeSetting(draft) end
  local of = tonumber(draft.of)
  local target = read(of)
  if not target or string.sub(target, 1, 1) ~= 'm' then return 'gone' end
  local message = parse(target)
  local by = '{"from":' .. draft.by .. ','
  if draft.by ~= '' and string.sub(message.who, 1, #by) ~= by then return 'not_allowed' end
  local seq = newestOf(draft.key)
  local entry = seq and read(seq)
  local changed = message.changed
  if changed.deleted then
    if draft.type == 'delete' and entry then return nil, seq, entry end
    return 'gone'
  end
  if entry and actionOf(entry) == draft.action then return nil, seq, entry end
  if draft.type == 'edit' and draft.value == message.text or not entry and draft.on == '0' then
    return nil, entry and seq or of, entry or target
  end
  local version = changed.textVersion or of
  if draft.version ~= '' and tonumber(draft.version) ~= version then return 'changed' end
  if draft.type == 'react' and not reactionOf(changed, draft.value)
    and #(changed.reactions or {}) >= ${LIMITS.reactionEmoji} then return 'bad_command' end
  draft.message = message
end
local function countAfter(draft)
  if draft.type ~= 'react' then return '' end
  local reaction = reactionOf(draft.message.changed, draft.value)
  return (reaction and reaction[2] or 0) + (draft.on == '1' and 1 or -1)
end
local function replaceNewest(draft, seq)
  local old, member = newestOf(draft.key)
  if old then
    supersede(old)
    redis.call('ZREM', changes, member)
  end
  redis.call('ZADD', changes, 0, draft.key .. '\\0' .. int(seq) .. '\\0' .. draft.on)
end
local function record(draft, seq, at, count)
  local head = 'c' .. int(messages) .. ' ' .. int(at)
  local shown = count == '' and '' or int(count)
  local entry = table.concat({head, draft.id, draft.who, draft.action, shown}, '\\n')
  if draft.type == 'delete' then dropChanges(draft.of) end
  replaceNewest(draft, seq)
  if draft.on == '1' and draft.type == 'pin' then redis.call('ZADD', pins, int(seq), draft.of)
  elseif draft.type == 'pin' then redis.call('ZREM', pins, draft.of) end
  local message = draft.message
  if message and (message.changed.v or 0) < seq then
    apply(message, draft, seq, at, count)
    write(tonumber(draft.of), join(message))
  end
  return entry
end
local function draftAt(i)
  return {
    id = ARGV[i], who = ARGV[i + 1], action = ARGV[i + 2], key = ARGV[i + 3], type = ARGV[i + 4],
    of = ARGV[i + 5], from = ARGV[i + 6], by = ARGV[i + 7], version = ARGV[i + 8],
    value = ARGV[i + 9], on = ARGV[i + 10], newest = ARGV[i + 11], larger = ARGV[i + 12],
  }
end
`;
