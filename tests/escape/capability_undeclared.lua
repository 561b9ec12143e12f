-- expect: refused recipe 'escape' uses 'replay' but does not declare it
replay.select {}
