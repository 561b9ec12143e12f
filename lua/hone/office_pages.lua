-- Pages of parsed documents as text: { document?, page, elements = { { bbox = { left, top, right, bottom }?, text |
-- html }, ... } }. Elements follow each other from top to bottom, then from left to right; tables in HTML become
-- tables in Markdown.
local office_pages = {}

local MOST_OF_A_PAGE, MOST_OF_ALL = 24000, 80000

local ENTITIES = {
  ["&amp;"] = "&", ["&lt;"] = "<", ["&gt;"] = ">", ["&quot;"] = '"', ["&#39;"] = "'", ["&nbsp;"] = " ",
}

local function plain(html)
  local s = re.gsub(html, "(?s)<[^>]*>", " ")
  s = s:gsub("&#?%w+;", ENTITIES)
  return text.trim((re.gsub(s, "\\s+", " ")))
end

-- The rows of the tables in a piece of HTML, one Markdown table each; other text stays text.
function office_pages.markdown(html)
  local out = {}
  for _, table_html in ipairs(re.all(html, "(?is)<table.*?</table>")) do
    local lines = {}
    for _, row in ipairs(re.all(table_html, "(?is)<tr.*?</tr>")) do
      local cells = {}
      for _, cell in ipairs(re.all(row, "(?is)<t[dh][^>]*>(.*?)</t[dh]>")) do
        cells[#cells + 1] = (plain(cell[1]):gsub("|", "/"))
      end
      lines[#lines + 1] = "| " .. table.concat(cells, " | ") .. " |"
      if #lines == 1 then lines[2] = "|" .. string.rep(" --- |", #cells) end
    end
    out[#out + 1] = table.concat(lines, "\n")
  end
  if #out == 0 then return plain(html) end
  return table.concat(out, "\n\n")
end

local function place(element)
  local box = type(element.bbox) == "table" and element.bbox or {}
  return tonumber(box[2]) or 0, tonumber(box[1]) or 0
end

local function clipped(s, most)
  if (utf8.len(s) or #s) <= most then return s end
  return s:sub(1, (utf8.offset(s, most + 1) or most + 1) - 1) .. "\n[the rest of the page is left out]"
end

local function page_text(page)
  local elements = {}
  for i, one in ipairs(page.elements or {}) do elements[i] = { index = i, element = one } end
  table.sort(elements, function(a, b)
    local top_a, left_a = place(a.element)
    local top_b, left_b = place(b.element)
    if top_a ~= top_b then return top_a < top_b end
    if left_a ~= left_b then return left_a < left_b end
    return a.index < b.index
  end)
  local out = {}
  for i, one in ipairs(elements) do
    local element = one.element
    out[i] = element.html and office_pages.markdown(element.html) or text.trim(tostring(element.text or ""))
  end
  return table.concat(out, "\n\n")
end

-- All pages under their headings, within bounds; "" for none.
function office_pages.text(pages)
  local out, left = {}, MOST_OF_ALL
  for _, page in ipairs(pages or {}) do
    local body = clipped(page_text(page), math.min(MOST_OF_A_PAGE, left))
    left = left - utf8.len(body)
    out[#out + 1] = "## " .. (page.document or "Document") .. ", page " .. tostring(page.page or "?") .. "\n\n" .. body
    if left <= 0 then break end
  end
  return table.concat(out, "\n\n")
end

return office_pages
