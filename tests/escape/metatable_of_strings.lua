-- expect: result {"meta":"boolean","ok":false}
local meta = getmetatable("")
local ok = pcall(setmetatable, "", { __index = {} })
return { meta = type(meta), ok = ok }
