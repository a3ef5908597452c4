/**
 * What the scripts of a room's log share, in Lua: deciding what a change may do, and applying it as
 * `changes.ts` does. `log_lua.ts` says what an entry is.
 */

import { LIMITS } from "../../config/limits.ts";

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
