-- Text files as contexts. A file (plain or .gz) is cut at its headings into contexts of bounded size;
-- sources that are near-duplicates of each other share a cluster; each context comes with held-out
-- tasks whose places in the text are known. The reader does the work (kind "documents").
return mapper {
  name = "documents",
  doc = "Contexts and held-out tasks from text files: licences, manuals, notes, also .gz.",

  params = {
    path = param.list { doc = "text files or folders, relative to the experiment file" },
    include = param.list {
      {},
      doc = "globs for files found in folders; '!glob' leaves out; none: every plain text",
    },
    context_words = param.int { 3000, min = 50, max = 200000, doc = "most words of a context" },
    min_words = param.int { 300, min = 0, max = 200000, doc = "shorter contexts are left out" },
    tasks_per_context = param.int { 5, min = 1, max = 100, doc = "most held-out tasks of a context" },
    max_contexts = param.int {
      0, min = 0, max = 1000000,
      doc = "most contexts in all, spread over clusters; 0: no limit",
    },
    max_contexts_per_source = param.int {
      0, min = 0, max = 1000000,
      doc = "most contexts of one file; 0: no limit",
    },
  },

  reader = function(p)
    return {
      kind = "documents",
      path = p.path,
      include = p.include,
      context_words = p.context_words,
      min_words = p.min_words,
      tasks_per_context = p.tasks_per_context,
      max_contexts = p.max_contexts,
      max_contexts_per_source = p.max_contexts_per_source,
    }
  end,

  unit = function(row)
    return {
      id = row.id,
      cluster = row.cluster,
      category = row.source,
      context = { text = row.text },
      -- The tasks were made from the text, not cut out of it.
      separation = "delimiter",
      tasks = row.tasks,
    }
  end,
}
