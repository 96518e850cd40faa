//! What Redis runs. Every change is one Lua script, which Redis runs atomically.

use sha1::{Digest, Sha1};

/// A script, and what Redis knows it by once it has run it.
pub(super) struct Script {
    pub(super) code: String,
    pub(super) hash: String,
}

impl Script {
    fn new(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            hash: hex::encode(Sha1::digest(code)),
        }
    }
}

const LIVE: &str = "
local function live(key)
  local row = redis.call('HMGET', key, 'v', 'x')
  if row[1] and tonumber(row[2]) > tonumber(ARGV[1]) then return row[1] end
  return false
end
";
const PUT: &str = "
local function put()
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'v', ARGV[2], 't', 0, 'x', ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
end
";
const TAKE: &str = "
local value = live(KEYS[1])
if value then redis.call('DEL', KEYS[1]) end
return value
";
const TAKE_IF: &str = "
if live(KEYS[1]) ~= ARGV[2] then return 0 end
redis.call('DEL', KEYS[1])
return 1
";
const SWAP: &str = "
if live(KEYS[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'v', ARGV[3])
return 1
";
const TRY_ONCE_MORE: &str = "
local value = live(KEYS[1])
if not value or tonumber(redis.call('HGET', KEYS[1], 't')) >= tonumber(ARGV[2]) then return false end
redis.call('HINCRBY', KEYS[1], 't', 1)
return value
";
/// For each key three arguments follow the time: limit, expiry and clean-up of a new window. Finds the latest expiry of a
/// full window, or 0.
const FULL: &str = "
local now, full, open = tonumber(ARGV[1]), 0, {}
for i, key in ipairs(KEYS) do
  local row = redis.call('HMGET', key, 'h', 'x')
  open[i] = row[1] and tonumber(row[2]) > now
  local hits = open[i] and tonumber(row[1]) or 0
  if hits + 1 > tonumber(ARGV[i * 3 - 1]) then
    full = math.max(full, tonumber(open[i] and row[2] or ARGV[i * 3]))
  end
end
";
/// Answers that, or 0 when all were counted.
const COUNT: &str = "
if full > 0 then return full end
for i, key in ipairs(KEYS) do
  if open[i] then
    redis.call('HINCRBY', key, 'h', 1)
  else
    redis.call('DEL', key)
    redis.call('HSET', key, 'h', 1, 'x', ARGV[i * 3])
    redis.call('PEXPIRE', key, ARGV[i * 3 + 1])
  end
end
return 0
";
/// A window in which nothing is counted any more has not begun.
const UNCOUNT: &str = "
for _, key in ipairs(KEYS) do
  local row = redis.call('HMGET', key, 'h', 'x')
  if row[1] and tonumber(row[2]) > tonumber(ARGV[1]) and redis.call('HINCRBY', key, 'h', -1) < 1 then
    redis.call('DEL', key)
  end
end
return 0
";
const COUNTED: &str = "
local row = redis.call('HMGET', KEYS[1], 'h', 'x')
if row[1] and tonumber(row[2]) > tonumber(ARGV[1]) then return tonumber(row[1]) end
return 0
";

pub(super) struct Scripts {
    pub(super) put: Script,
    pub(super) put_new: Script,
    pub(super) get: Script,
    pub(super) take: Script,
    pub(super) take_if: Script,
    pub(super) swap: Script,
    pub(super) try_once_more: Script,
    pub(super) remove: Script,
    pub(super) full: Script,
    pub(super) count: Script,
    pub(super) uncount: Script,
    pub(super) counted: Script,
}

impl Scripts {
    pub(super) fn new() -> Self {
        let put_new = "if live(KEYS[1]) then return 0 end put() return 1";
        Self {
            put: Script::new(&format!("{PUT} put() return 1")),
            put_new: Script::new(&format!("{LIVE} {PUT} {put_new}")),
            get: Script::new(&format!("{LIVE} return live(KEYS[1])")),
            take: Script::new(&format!("{LIVE} {TAKE}")),
            take_if: Script::new(&format!("{LIVE} {TAKE_IF}")),
            swap: Script::new(&format!("{LIVE} {SWAP}")),
            try_once_more: Script::new(&format!("{LIVE} {TRY_ONCE_MORE}")),
            remove: Script::new("return redis.call('DEL', KEYS[1])"),
            full: Script::new(&format!("{FULL} return full")),
            count: Script::new(&format!("{FULL} {COUNT}")),
            uncount: Script::new(UNCOUNT),
            counted: Script::new(COUNTED),
        }
    }
}
