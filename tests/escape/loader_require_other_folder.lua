-- expect: refused out of reach
require "stranger.params"
