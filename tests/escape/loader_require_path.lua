-- expect: refused out of reach
require "../../etc/passwd"
