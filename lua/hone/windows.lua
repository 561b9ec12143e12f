-- A document cut into windows of bounded length, with nothing left out: every character of the text is in
-- at least one window. Lengths are in characters.
local windows = {}

local function length(s) return utf8.len(s) or #s end

-- Where the n-th character of `s` after byte `from` begins, or one past the end.
local function forward(s, from, n) return utf8.offset(s, n + 1, from) or #s + 1 end

-- The level of a heading line, 1 for the highest, or nil. Markdown (#) and dotted numbers.
local function heading_level(line)
  local marks, title = line:match("^(#+)%s+(%S.*)$")
  if marks and #marks <= 6 then return #marks, title end
  local number, rest = line:match("^%s*(%d[%d%.]*)[%.%)]?%s+(%S.*)$")
  if not number or #line > 120 or rest:find("[%.!%?;:,]%s*$") or not rest:find("^%u") then return nil end
  local _, dots = number:gsub("%.%d", "")
  if dots == 0 and #line > 72 then return nil end
  return dots + 1, rest
end

-- The text as blocks {from, to, level, title}: paragraphs with the blank lines behind them, in bytes.
local function blocks_of(s)
  local blocks, at, block, blank = {}, 1, nil, true
  while at <= #s do
    local stop = s:find("\n", at, true) or #s
    local line = s:sub(at, stop):gsub("%s+$", "")
    local level, title = heading_level(line)
    local is_blank = line == ""
    if not block or level or (blank and not is_blank) then
      block = { from = at, level = level, title = title }
      blocks[#blocks + 1] = block
    end
    block.to = stop
    blank, at = is_blank, stop + 1
  end
  return blocks
end

-- The windows of `s`: {text, from, to, heading}, in order. Blocks are packed up to `max` characters; a window
-- of at least half that also ends where a section of the highest level begins; a longer block is cut
-- into pieces that overlap by `overlap` characters.
function windows.cut(s, options)
  local max, overlap = options.max, options.overlap
  assert(overlap < max / 2, "windows.cut: overlap must be less than half of max")
  local blocks, top = blocks_of(s), nil
  for _, block in ipairs(blocks) do
    if block.level and (not top or block.level < top) then top = block.level end
  end
  local out, open, heading = {}, nil, ""
  local function close()
    if open then out[#out + 1] = open end
    open = nil
  end
  for _, block in ipairs(blocks) do
    local size = length(s:sub(block.from, block.to))
    if open and (open.size + size > max or (block.level == top and top and open.size * 2 >= max)) then close() end
    if block.title then heading = block.title end
    if size <= max then
      open = open or { from = block.from, size = 0, heading = heading }
      open.to, open.size = block.to, open.size + size
    else
      local from = block.from
      repeat
        local stop = math.min(forward(s, from, max) - 1, block.to)
        out[#out + 1] = { from = from, to = stop, heading = heading }
        from = stop < block.to and forward(s, from, max - overlap) or nil
      until not from
    end
  end
  close()
  for _, window in ipairs(out) do
    window.text, window.size = s:sub(window.from, window.to), nil
  end
  return out
end

-- The share of the text's bytes that is in a window: 1 unless something is wrong.
function windows.coverage(s, list)
  local covered, reached = 0, 0
  for _, window in ipairs(list) do
    covered = covered + math.max(0, window.to - math.max(reached, window.from - 1))
    reached = math.max(reached, window.to)
  end
  return #s == 0 and 1.0 or covered / #s
end

-- Most windows that a text of so many characters can have: of two neighbours one is half full, or both
-- together hold more than a window.
function windows.most(characters, options)
  return 2 * ((characters + options.max - options.overlap - 1) // (options.max - options.overlap)) + 1
end

return windows
