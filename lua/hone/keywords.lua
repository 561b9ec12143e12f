-- Search by keywords: BM25 with k1 = 1.5, b = 0.75 and idf = ln(1 + (N - n + 0.5) / (n + 0.5)), over a handful
-- of texts.
local keywords = {}

local K1, B = 1.5, 0.75

local function counts_of(s)
  local counts, words = {}, text.normal_words(s)
  for _, word in ipairs(words) do counts[word] = (counts[word] or 0) + 1 end
  return { counts = counts, size = #words }
end

-- The indexes of the up to `most` best texts that share a word with the query, best first, the earlier one
-- of equals.
function keywords.search(query, texts, most)
  local documents, spread, total = {}, {}, 0
  for i, one in ipairs(texts) do
    documents[i] = counts_of(one)
    total = total + documents[i].size
    for word in pairs(documents[i].counts) do spread[word] = (spread[word] or 0) + 1 end
  end
  local found, wanted = {}, counts_of(query).counts
  for i, document in ipairs(documents) do
    local score = 0.0
    for word in pairs(wanted) do
      local n = document.counts[word]
      if n then
        local idf = math.log(1 + (#texts - spread[word] + 0.5) / (spread[word] + 0.5))
        score = score + idf * n * (K1 + 1) / (n + K1 * (1 - B + B * document.size * #texts / total))
      end
    end
    if score > 0 then found[#found + 1] = { index = i, score = score } end
  end
  table.sort(found, function(a, b) return a.score > b.score end)
  local out = {}
  for i = 1, math.min(most, #found) do out[i] = found[i].index end
  return out
end

return keywords
