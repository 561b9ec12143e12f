-- expect: result {"next":"string"}
local real_type = type
local _ENV = { type = real_type }
return { next = type("x") }
