/** What the scripts that add entries to a room's log share, in Lua. */

/** Keeping version 0.1 out of the room. */
export const FENCE = `
local function fence()
  for _, key in ipairs({oldLog, oldIds}) do
    redis.call('SET', key, 'this room has moved to a newer version')
  end
end
`;

/** Adding elements at the end, many at a time. */
export const ADD = `
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
