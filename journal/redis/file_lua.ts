/**
 * The files that messages name: naming them, and asking for them, in Lua. The key `files` says for each
 * the number of its message; whether that still names it follows from the message.
 */

import { LOG } from "./log_lua.ts";
import { script } from "./scripts.ts";

/** Names files in a message, or, if one of them was named before, does nothing and answers with false. */
export const NAME_FILES = `
local files = KEYS[13]
local function nameFiles(ids, seq)
  for id in string.gmatch(ids, '%S+') do
    if redis.call('HEXISTS', files, id) == 1 then return false end
  end
  for id in string.gmatch(ids, '%S+') do redis.call('HSET', files, id, int(seq)) end
  return ids ~= ''
end
`;

/**
 * Words: ids of files. Answers for each of them with the number of the message that names it, 0 if that
 * is deleted or forgotten, or "" if none has named it.
 */
export const FILES = script(`${LOG}
local files, answer = KEYS[13], {}
for n, id in ipairs(ARGV) do
  local seq = redis.call('HGET', files, id)
  local entry = seq and read(tonumber(seq)) or ''
  local more = string.match(entry, '^m[^\\n]*\\n[^\\n]*\\n[^\\n]*\\n([^\\n]*)') or ''
  local isThere = string.find(more, '"' .. id .. '"', 1, true)
  answer[n] = seq and (isThere and seq or '0') or ''
end
return answer
`);

/** Words: ids of files. It need not be known any more that they were named. */
export const FORGET_FILES = script(`
redis.call('HDEL', KEYS[13], unpack(ARGV))
return 1
`);
