-- expect: refused 'collectgarbage' does not exist
collectgarbage("stop")
