-- expect: refused 'rawset' does not exist
rawset(string, "rep", 1)
