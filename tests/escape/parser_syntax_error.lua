-- expect: invalid_argument escape/parser_syntax_error.lua:2: unexpected symbol near
local x = = 1
