-- expect: invalid_argument 'role' is missing
llm.chat(setmetatable({}, { __index = function() while true do end end }))
