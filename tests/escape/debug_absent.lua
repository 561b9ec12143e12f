-- expect: refused 'debug' does not exist
debug.sethook()
