return experiment {
  name   = "bench",
  data   = data.documents { path = "../text.txt", min_words = 10 },
  models = { default = "openai/canned@bench" },
  base   = { recipe = "bench_calls" },
}
