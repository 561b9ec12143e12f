-- Sends n calls, `width` at a time: every one its own, or all over one shared text.
return recipe {
  name = "bench_calls",
  doc  = "n model calls and nothing else",
  uses = { "llm" },
  params = {
    n       = param.int { 1000, min = 1, doc = "calls" },
    width   = param.int { 64, min = 1, doc = "calls at the same time" },
    bytes   = param.int { 2000, min = 1, doc = "size of the large text of a call" },
    shared  = param.bool { true, doc = "one large text for all calls" },
  },
  run = function(unit, p)
    local letters = {}
    for i = 1, p.bytes do letters[i] = string.char(random.int(97, 122)) end
    local text = table.concat(letters)
    local calls = {}
    for i = 1, p.n do calls[i] = i end
    parallel.map(calls, function(i)
      local own = p.shared and text or text:sub(i + 1) .. text:sub(1, i)
      llm.chat { role = "reasoner", messages = { { role = "user", content = { own, " " .. i } } } }
    end, { limit = p.width })
    return { skill = "" }
  end,
}
