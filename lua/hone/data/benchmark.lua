-- The items of a benchmark as one unit with the splits train, select and report: either already split (a folder with
-- train/, val/ and test/) or drawn from one file as SkillOpt draws them: Python's shuffle by `split_seed`, then cut
-- by largest remainders, ties to the larger part, then to the earlier one.
--
-- The unit's context is the benchmark's name with the parameters that were given for rollout and score; parameters
-- of the reading, paths above all, are no part of it.
local benchmarks = require "hone.benchmarks"

local PARTS = { "train", "select", "report" }
local PUBLISHED = { train = "train", select = "val", report = "test" }

local params = {
  name = param.string { doc = "which benchmark: of lua/hone/benchmarks or benchmarks/" },
  split_mode = param.choice { "split_dir", "ratio", doc = "whether the data is split, or to be split" },
  split_dir = param.string { "", doc = "folder with train/, val/ and test/, relative to the experiment file" },
  data_path = param.string { "", doc = "file of all items, for split_mode = \"ratio\"" },
  split_ratio = param.string { "2:1:7", doc = "train:val:test, whole numbers from 1" },
  split_seed = param.int { 42, doc = "of Python's shuffle before the cut" },
  limit = param.int { 0, min = 0, doc = "the first items of each split; 0: all" },
  skip_bad_rows = param.bool { false, doc = "leave out rows that cannot be used, and say which" },
}
for name, one in pairs(benchmarks.all_params()) do
  params[name] = param.any { doc = (one.doc or "") .. " (" .. table.concat(one.owners, ", ") .. ")" }
end

-- What the benchmark is given, without what it does not know: another benchmark's parameter is an error.
local function given(b, p)
  local out, all = {}, benchmarks.all_params()
  for name, value in pairs(p) do
    local owned = false
    for _, owner in ipairs(all[name] and all[name].owners or {}) do owned = owned or owner == b.name end
    if owned then
      out[name] = value
    elseif all[name] then
      error("data." .. name .. ": " .. b.name .. " has no such parameter; it is of "
        .. table.concat(all[name].owners, ", "), 0)
    end
  end
  return out
end

local function weights(ratio)
  local out = {}
  for _, part in ipairs(text.split(ratio, ":")) do out[#out + 1] = math.tointeger(tonumber(part)) end
  if #out ~= 3 or out[1] < 1 or out[2] < 1 or out[3] < 1 then
    error("data.split_ratio: '" .. ratio .. "' is no ratio of three whole numbers from 1, as in 2:1:7", 0)
  end
  return out
end

-- Counts of the parts by largest remainders.
local function counts_of(n, ratio)
  local sum = ratio[1] + ratio[2] + ratio[3]
  local counts, order, left = {}, { 1, 2, 3 }, n
  for i = 1, 3 do
    counts[i] = n * ratio[i] // sum
    left = left - counts[i]
  end
  table.sort(order, function(a, b)
    local rest_a, rest_b = n * ratio[a] % sum, n * ratio[b] % sum
    if rest_a ~= rest_b then return rest_a > rest_b end
    if ratio[a] ~= ratio[b] then return ratio[a] > ratio[b] end
    return a < b
  end)
  for i = 1, left do counts[order[i]] = counts[order[i]] + 1 end
  return counts
end

local seen, b, load_params, given_params = {}, nil, nil, nil

local function split_by_ratio(p)
  local shuffled, at, out = random.mt19937(p.split_seed):shuffle(seen), 0, {}
  for i, count in ipairs(counts_of(#seen, weights(p.split_ratio))) do
    for k = at + 1, at + count do
      shuffled[k].split = PARTS[i]
      out[#out + 1] = shuffled[k]
    end
    at = at + count
  end
  return out
end

-- The first `limit` items of each split.
local function limited(entries, limit)
  local counts, out = { train = 0, select = 0, report = 0 }, {}
  for _, entry in ipairs(entries) do
    if limit == 0 or counts[entry.split] < limit then
      counts[entry.split] = counts[entry.split] + 1
      out[#out + 1] = benchmarks.task(entry.item, entry.split)
    end
  end
  return out, counts
end

return mapper {
  name = "benchmark",
  doc = "A benchmark's items with their splits: searchqa, docvqa, ... or one of your own in benchmarks/.",
  params = params,

  reader = function(p)
    b = benchmarks.get(p.name)
    given_params = given(b, p)
    load_params = benchmarks.load_params(b, given_params)
    local is_split = p.split_mode == "split_dir"
    local path = is_split and p.split_dir or p.data_path
    if path == "" then
      error(is_split and "data.split_dir is required: a folder with train/, val/ and test/ (or split_mode = \"ratio\" "
        .. "with data_path)" or "data.data_path is required: split_mode = \"ratio\" splits one file", 0)
    end
    return { kind = "items", path = path, splits = is_split, fields = b.load.fields,
             files = b.load.files and b.load.files(load_params) }
  end,

  unit = function(entry)
    local item, why = b.load.item(entry.row, load_params, entry.where)
    if not item then return nil, { { where = entry.where, why = why } } end
    seen[#seen + 1] = { item = item, split = entry.split }
    return nil
  end,

  finish = function(p)
    local entries = p.split_mode == "ratio" and split_by_ratio(p) or seen
    local tasks, counts = limited(entries, p.limit)
    local ids = {}
    for _, task in ipairs(tasks) do
      local other = ids[task.id]
      if other then
        error("data: the id '" .. task.id .. "' stands in " .. PUBLISHED[other]
          .. (other == task.split and " twice" or " and in " .. PUBLISHED[task.split]), 0)
      end
      ids[task.id] = task.split
    end
    local of_run = {}
    for name in pairs(b.params or {}) do of_run[name] = given_params[name] end
    local metadata = { benchmark = b.name, split_mode = p.split_mode, train = counts.train, val = counts.select,
                       test = counts.report, most_calls = benchmarks.most_calls(b, load_params) }
    if p.split_mode == "ratio" then metadata.split_ratio, metadata.split_seed = p.split_ratio, p.split_seed end
    return {
      id = b.name, cluster = b.name, separation = "delimiter", tasks = tasks, metadata = metadata,
      context = { text = json.canonical { benchmark = b.name, params = json.object(of_run) } },
    }
  end,
}
