-- Protected regions of a skill: parts between marks that edits do not touch.
local regions = {}

regions.slow_update = { "<!-- SLOW_UPDATE_START -->", "<!-- SLOW_UPDATE_END -->" }
regions.appendix = { "<!-- APPENDIX_START -->", "<!-- APPENDIX_END -->" }
regions.all = { regions.slow_update, regions.appendix }

local function pattern(marks)
  return re.escape(marks[1]) .. "((?s:.*?))" .. re.escape(marks[2])
end

-- What stands between the marks, trimmed; nil when there is no such region.
function regions.body(content, marks)
  local found = re.match(content, pattern(marks))
  return found and text.trim(found) or nil
end

-- The text without that region, and without a mark that has lost its other half.
function regions.without(content, marks)
  content = re.gsub(content, pattern(marks), "")
  for _, mark in ipairs(marks) do content = text.replace(content, mark, "") end
  return (re.gsub(content, "\n{3,}", "\n\n"))
end

-- The text with the region at its end, in the place of every earlier one.
function regions.put(content, marks, body)
  local rest = text.trim(regions.without(content, marks))
  local region = marks[1] .. "\n" .. body .. (body == "" and "" or "\n") .. marks[2] .. "\n"
  return rest == "" and region or rest .. "\n\n" .. region
end

-- `after` with the regions that `before` had, as they were there.
function regions.restored(before, after)
  for _, marks in ipairs(regions.all) do
    local body = regions.body(before, marks)
    after = body and regions.put(after, marks, body) or regions.without(after, marks)
  end
  return after
end

return regions
