#include "data/document_reader.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/log.h"
#include "base/text.h"
#include "data/context_choice.h"
#include "data/document_clusters.h"
#include "data/document_sections.h"
#include "data/file_list.h"
#include "data/held_out_tasks.h"
#include "data/reader_options.h"
#include "data/text_file.h"
#include "skill/shingles.h"

namespace hone {
namespace {

constexpr std::size_t kMaxFileBytes = 64U << 20U;
constexpr std::size_t kMaxTotalBytes = 256U << 20U;
constexpr double kNearDuplicate = 0.5;
constexpr std::size_t kShingleWords = 8;

struct Options {
  std::vector<ListedFile> files;
  std::string first_path;  // as written, for messages
  bool chosen_by_include = false;
  std::size_t context_words = 0;
  std::size_t min_words = 0;
  std::size_t tasks_per_context = 0;
  std::size_t max_contexts = 0;
  std::size_t max_contexts_per_source = 0;
};

struct Document {
  std::string source;
  std::string text;
};

struct Candidate {
  std::size_t document = 0;
  std::size_t number = 0;  // of the context in its document, from 1
  Context context;
  std::string cluster;
};

class DocumentReader final : public RowReader {
 public:
  explicit DocumentReader(Options options) : options_(std::move(options)) {}

  Result<std::optional<Json>> Next() override {
    if (!loaded_) {
      loaded_ = true;
      HONE_TRY(Load());
    }
    if (next_ == rows_.size()) return std::optional<Json>();
    return std::optional<Json>(std::move(rows_[next_++]));
  }

 private:
  Status Load() {
    HONE_TRY(ReadDocuments());
    std::vector<Candidate> candidates = CutContexts();
    if (candidates.empty()) {
      return Invalid(OneLine(options_.first_path, 200) + ": none of the " +
                     std::to_string(documents_.size()) + " text files gives a context of " +
                     std::to_string(options_.min_words) +
                     " words; lower min_words or name larger texts");
    }
    AssignClusters(&candidates);
    ChooseAndAsk(candidates);
    if (rows_.empty()) {
      return Invalid(OneLine(options_.first_path, 200) +
                     ": no held-out task could be made from these texts; they hold too few full "
                     "English sentences");
    }
    documents_.clear();
    return {};
  }

  Status ReadDocuments() {
    std::set<Hash> seen;
    std::size_t total = 0;
    std::vector<ListedFile> kept;
    for (const ListedFile& file : options_.files) {
      const bool wanted = file.explicit_path || options_.chosen_by_include;
      auto read = ReadTextFile(file.path, kMaxFileBytes);
      if (!read.ok()) {
        if (wanted || read.error().code != ErrorCode::kInvalidArgument) return read.error();
        Log(LogLevel::kInfo, read.error().message + "; left out");
        continue;
      }
      if (!wanted && LooksLikeMarkup(read->text)) {
        Log(LogLevel::kInfo, OneLine(file.path, 300) + ": is markup, not plain text; left out");
        continue;
      }
      if (!read->note.empty()) Log(LogLevel::kInfo, read->note);
      // The same text under two names is one source.
      if (!seen.insert(HashOf(read->text)).second) continue;
      total += read->text.size();
      if (total > kMaxTotalBytes) {
        return Invalid("reader.path: more than " + std::to_string(kMaxTotalBytes >> 20U) +
                       " MB of text up to " + OneLine(file.path, 200) +
                       "; narrow it with `include`");
      }
      documents_.push_back({"", std::move(read->text)});
      kept.push_back(file);
    }
    NameSources(kept);
    return {};
  }

  // File names; where they clash the names below the folder; where these clash too, with a number.
  void NameSources(const std::vector<ListedFile>& files) {
    std::map<std::string, int> bases;
    for (const ListedFile& file : files) ++bases[file.base];
    std::map<std::string, int> used;
    for (std::size_t i = 0; i < files.size(); ++i) {
      const std::string name =
          ToValidUtf8(bases[files[i].base] == 1 ? files[i].base : files[i].name);
      const int count = ++used[name];
      documents_[i].source = count == 1 ? name : name + "~" + std::to_string(count);
    }
  }

  std::vector<Candidate> CutContexts() const {
    std::vector<Candidate> candidates;
    for (std::size_t d = 0; d < documents_.size(); ++d) {
      std::size_t number = 0;
      for (Context& context : SplitIntoContexts(documents_[d].text, options_.context_words)) {
        ++number;
        if (context.words < options_.min_words) continue;
        candidates.push_back({d, number, std::move(context), ""});
      }
    }
    return candidates;
  }

  [[nodiscard]] std::string_view TextOf(const Candidate& candidate) const {
    const Context& context = candidate.context;
    return std::string_view(documents_[candidate.document].text)
        .substr(context.first, context.last - context.first);
  }

  void AssignClusters(std::vector<Candidate>* candidates) const {
    // A text that gives no context must not tie others together: a short notice is often shared.
    std::vector<std::vector<uint64_t>> whole(documents_.size());
    for (const Candidate& candidate : *candidates) {
      auto& shingles = whole[candidate.document];
      if (shingles.empty())
        shingles = ShingleSet(documents_[candidate.document].text, kShingleWords).hashes();
    }
    std::vector<std::size_t> group = JoinNearDuplicates(whole, kNearDuplicate);
    whole.clear();

    std::vector<std::vector<uint64_t>> parts;
    parts.reserve(candidates->size());
    for (const Candidate& candidate : *candidates)
      parts.push_back(ShingleSet(TextOf(candidate), kShingleWords).hashes());
    const std::vector<std::size_t> part_group = JoinNearDuplicates(parts, kNearDuplicate);
    for (std::size_t i = 0; i < candidates->size(); ++i) {
      const std::size_t a = group[(*candidates)[i].document];
      const std::size_t b = group[(*candidates)[part_group[i]].document];
      if (a == b) continue;
      for (std::size_t& entry : group) {
        if (entry == std::max(a, b)) entry = std::min(a, b);
      }
    }
    // Documents are sorted by name, so the smallest index names the cluster.
    for (Candidate& candidate : *candidates) {
      candidate.cluster = documents_[group[candidate.document]].source;
    }
  }

  // A chosen context that gives too few tasks is replaced by choosing again without it.
  void ChooseAndAsk(std::vector<Candidate> candidates) {
    std::map<std::pair<std::size_t, std::size_t>, Json> tasks;  // by document and number
    while (true) {
      std::vector<Choosable> items;
      for (const Candidate& candidate : candidates) {
        items.push_back({candidate.cluster, documents_[candidate.document].source});
      }
      const std::vector<std::size_t> chosen =
          ChooseSpread(items, options_.max_contexts, options_.max_contexts_per_source);
      std::vector<bool> barren(candidates.size(), false);
      for (const std::size_t i : chosen) {
        const Candidate& candidate = candidates[i];
        const auto key = std::pair(candidate.document, candidate.number);
        if (tasks.contains(key)) continue;
        Json made = TasksOf(candidate);
        barren[i] = made.size() < (options_.tasks_per_context + 1) / 2;
        tasks.emplace(key, std::move(made));
      }
      if (std::none_of(barren.begin(), barren.end(), [](bool b) { return b; })) {
        for (const std::size_t i : chosen) {
          const Candidate& candidate = candidates[i];
          rows_.push_back(
              RowOf(candidate, std::move(tasks[{candidate.document, candidate.number}])));
        }
        return;
      }
      std::vector<Candidate> rest;
      for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (!barren[i]) rest.push_back(std::move(candidates[i]));
      }
      candidates = std::move(rest);
    }
  }

  [[nodiscard]] std::string IdOf(const Candidate& candidate) const {
    return documents_[candidate.document].source + "#" + std::to_string(candidate.number);
  }

  [[nodiscard]] Json TasksOf(const Candidate& candidate) const {
    Json tasks = Json::MakeArray();
    const std::string id = IdOf(candidate);
    for (const HeldOutTask& task :
         MakeHeldOutTasks(TextOf(candidate), options_.tasks_per_context)) {
      tasks.Append(HeldOutTaskToJson(task, id + "/" + std::to_string(tasks.size() + 1)));
    }
    return tasks;
  }

  [[nodiscard]] Json RowOf(const Candidate& candidate, Json tasks) const {
    const Context& context = candidate.context;
    const std::string& source = documents_[candidate.document].source;
    return Json::MakeObject({{"id", IdOf(candidate)},
                             {"source", source},
                             {"text", TextOf(candidate)},
                             {"first", static_cast<int64_t>(context.first)},
                             {"last", static_cast<int64_t>(context.last)},
                             {"words", static_cast<int64_t>(context.words)},
                             {"cluster", candidate.cluster},
                             {"title", context.title.empty() ? source : context.title},
                             {"tasks", std::move(tasks)}});
  }

  Options options_;
  bool loaded_ = false;
  std::vector<Document> documents_;
  std::vector<Json> rows_;
  std::size_t next_ = 0;
};

}  // namespace

Result<std::unique_ptr<RowReader>> OpenDocumentReader(const Json& spec,
                                                      const std::string& base_dir) {
  const ReaderOptions reader(spec);
  HONE_TRY(reader.CheckKeys({"path", "include", "context_words", "min_words", "tasks_per_context",
                             "max_contexts", "max_contexts_per_source"}));
  HONE_ASSIGN(const std::vector<std::string> paths, reader.Strings("path"));
  if (paths.empty()) {
    return Invalid("reader.path: missing; name a text file, a folder, or a list of them");
  }
  Options options;
  options.first_path = paths.front();
  const auto read = [&](std::string_view key, int64_t fallback, int64_t min, int64_t max,
                        std::size_t* out) -> Status {
    HONE_ASSIGN(const int64_t value, reader.Integer(key, fallback, min, max));
    *out = static_cast<std::size_t>(value);
    return {};
  };
  HONE_TRY(read("context_words", 3000, 50, 200'000, &options.context_words));
  HONE_TRY(read("min_words",
                std::min<int64_t>(300, static_cast<int64_t>(options.context_words) / 4), 0, 200'000,
                &options.min_words));
  HONE_TRY(read("tasks_per_context", 5, 0, 100, &options.tasks_per_context));
  HONE_TRY(read("max_contexts", 0, 0, 1'000'000, &options.max_contexts));
  HONE_TRY(read("max_contexts_per_source", 0, 0, 1'000'000, &options.max_contexts_per_source));
  if (options.min_words > options.context_words) {
    return Invalid("reader.min_words: " + std::to_string(options.min_words) +
                   " is more than context_words (" + std::to_string(options.context_words) + ")");
  }
  FileListOptions list;
  HONE_ASSIGN(list.include, reader.Strings("include"));
  options.chosen_by_include = std::any_of(list.include.begin(), list.include.end(),
                                          [](const std::string& g) { return !g.starts_with('!'); });
  HONE_ASSIGN(options.files, ListFiles(paths, base_dir, list));
  if (options.files.empty()) {
    return Fail(ErrorCode::kNotFound, OneLine(paths.front(), 200) + ": no file there" +
                                          (list.include.empty() ? "" : " that `include` selects"));
  }
  return std::unique_ptr<RowReader>(std::make_unique<DocumentReader>(std::move(options)));
}

}  // namespace hone
