// The "documents" reader: text files become contexts of bounded size with held-out tasks.
//
// Options (defaults in brackets):
//   path                     a file or folder, or a list of them; .gz is read through
//   include []               globs for files in folders, "!glob" excludes (file_list.h). Without it
//   all
//                            text files are taken; binary files and HTML or XML are left out with a
//                            note
//   context_words [3000]     most words of a context
//   min_words                shorter contexts are left out [300, or a quarter of context_words if
//   less] tasks_per_context [5]    most held-out tasks of a context (held_out_tasks.h); a context
//   whose text
//                            gives fewer than half of them is left out
//   max_contexts [0]         most contexts in all, spread evenly over clusters, sources and the
//   length of
//                            each source; 0: no limit
//   max_contexts_per_source [0]
//
// A row: {id, source, text, first, last, words, cluster, title, tasks: [...]}. `source` is the
// file's name; where two files share one, their names below the given folder are used. `id` is
// "<source>#<number of the context>", counted before any is left out, so that it does not change
// with min_words or max_contexts. `first` and `last` are bytes of the file's text (text_file.h).
// `cluster` is the first source of a group of sources that are near-duplicates: containment of word
// 8-shingles of at least 0.5, between whole files or between two of their contexts. Rows come in
// the order of sources.
//
// All texts are read when the first row is asked for, at most 256 MB in all.
#pragma once

#include <memory>
#include <string>

#include "data/row_reader.h"

namespace hone {

Result<std::unique_ptr<RowReader>> OpenDocumentReader(const Json& spec,
                                                      const std::string& base_dir);

}  // namespace hone
