Lua -- expect: invalid_argument attempt to load a binary chunk
