return experiment {
  name   = "bench",
  data   = data.documents { path = "/usr/share/common-licenses/Apache-2.0", max_contexts = 1 },
  models = { default = "openai/canned@bench" },
  base   = { recipe = "bench_calls" },
}
