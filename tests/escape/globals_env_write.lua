-- expect: invalid_argument the global 'string' cannot be assigned
local env = _ENV
env.string = nil
