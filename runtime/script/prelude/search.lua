-- search: a question to a service of the user's configuration.
local host = ...

local search = {}

function search.query(a)
  host.args("search.query", a, { service = "string", query = "string", max_results = "integer?",
                                 provider = "string?", timeout_s = "number?" })
  if a.query == "" then host.fail("search.query: query is empty") end
  local most = a.max_results
  if most and (most < 1 or most > 1000) then
    host.fail("search.query: max_results must be from 1 to 1000, got " .. most)
  end
  local timeout = a.timeout_s
  if timeout and not (timeout >= 0.001 and timeout <= 3600) then
    host.fail("search.query: timeout_s must be from 0.001 to 3600, got " .. timeout)
  end
  return host.effect("search.query", a)
end

host.capability("search", search)
