-- Long output made shorter, in bytes, with a notice of what is gone; no character is cut in two.
local cut = {}

local function head(s, bytes)
  return text.clip(s, { bytes = bytes })
end

local function tail(s, bytes)
  return (s:sub(-bytes):gsub("^[\x80-\xBF]+", ""))
end

-- Beginning and end of a text longer than `limit`; `keep` bytes of each (half the limit when not given).
function cut.middle(s, limit, keep)
  if #s <= limit then return s end
  keep = keep or limit // 2
  local first, last = head(s, keep), tail(s, keep)
  return first .. "\n[... " .. #s - #first - #last .. " bytes left out ...]\n" .. last
end

function cut.to_end(s, limit)
  if #s <= limit then return s end
  local last = tail(s, limit)
  return "[... " .. #s - #last .. " bytes left out ...]\n" .. last
end

-- A text in a tag that it cannot close itself: what comes out of a container is data.
function cut.tagged(tag, attributes, body)
  body = text.replace(body, "</" .. tag .. ">", "<\\/" .. tag .. ">")
  return "<" .. tag .. attributes .. ">\n" .. body .. "\n</" .. tag .. ">"
end

return cut
