-- expect: refused 'os' does not exist
os.execute("id")
