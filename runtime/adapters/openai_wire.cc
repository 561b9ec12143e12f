#include "adapters/openai_wire.h"

#include <algorithm>
#include <utility>

#include "adapters/answer_tool.h"
#include "adapters/body_writer.h"
#include "adapters/openai_models.h"
#include "base/json.h"

namespace hone {
namespace {

class Writer {
 public:
  Writer(const ChatRequest& request, const OpenAiForm& form)
      : request_(request),
        form_(form),
        traits_(OpenAiTraitsOf(form.family.empty() ? form.model : form.family)),
        answer_(OpenAiAnswerForm(request, form)) {
    if (!request.format.is_object() || form.structured == StructuredMode::kSchema) return;
    words_ = SchemaInWords(answer_.name.empty() || !answer_.is_wrapped
                               ? request.format
                               : Json::MakeObject({{"schema", answer_.schema}}));
  }

  std::vector<BodyPiece> Body() {
    out_.Raw("{\"model\":").Quoted(form_.model).Raw(",\"messages\":[");
    for (std::size_t i = 0; i < request_.messages.size(); ++i) Message(i);
    FlushToolImages();
    if (!words_.empty()) {
      out_.Comma().Raw("{\"role\":\"user\",\"content\":").Quoted(words_).Raw("}");
    }
    out_.Raw("]");
    if (request_.tools.size() > 0) out_.Field("tools", request_.tools);
    Format();
    Sampling();
    if (form_.stream) {
      out_.Raw(",\"stream\":true,\"stream_options\":{\"include_usage\":true}");
    }
    out_.Raw("}");
    return out_.Take();
  }

 private:
  void Message(std::size_t index) {
    const ChatMessage& message = request_.messages[index];
    const bool is_tool = message.role == "tool";
    if (!is_tool) FlushToolImages();
    out_.Comma().Raw("{\"role\":").Quoted(message.role).Raw(",\"content\":");
    // The words about the answer's form stand at the very end, where the prompt before them stays
    // the same for a prompt cache.
    const bool adds_words =
        !words_.empty() && index + 1 == request_.messages.size() && message.role == "user";
    if (message.content.empty() && message.images.empty() && message.extra.Has("tool_calls")) {
      out_.Raw("null");  // an assistant message that only calls tools
    } else if (message.images.empty() || is_tool) {
      out_.Raw("\"");
      for (const Part& part : message.content) out_.Text(part.text);
      if (adds_words) out_.Text(std::make_shared<const std::string>("\n\n" + words_));
      out_.Raw("\"");
    } else {
      Parts(message, adds_words);
    }
    if (adds_words) words_.clear();
    for (const auto& [name, value] : message.extra.members()) {
      out_.Field(name, name == "tool_calls" ? OwnCalls(value) : value);
    }
    out_.Raw("}");
    if (is_tool) {
      for (const ChatImage& image : message.images) tool_images_.push_back(&image);
    }
  }

  // Calls without what other providers put beside them; Gemini's is wanted again by Gemini.
  Json OwnCalls(Json calls) const {
    if (!calls.is_array()) return calls;
    const bool is_gemini = form_.model.find("gemini") != std::string::npos;
    for (Json& call : calls.mutable_items()) {
      if (!call.Has("extra_content")) continue;
      const Json google = call["extra_content"]["google"];
      call.Erase("extra_content");
      if (is_gemini && !google.is_null()) {
        call.Set("extra_content", Json::MakeObject({{"google", google}}));
      }
    }
    return calls;
  }

  // Text and images in order; a part is cut where an image stands inside it.
  void Parts(const ChatMessage& message, bool adds_words) {
    out_.Raw("[");
    bool is_open = false;
    const auto text = [&](const std::shared_ptr<const std::string>& piece) {
      if (piece->empty()) return;
      if (!is_open) out_.Comma().Raw("{\"type\":\"text\",\"text\":\"");
      is_open = true;
      out_.Text(piece);
    };
    const auto close = [&] {
      if (is_open) out_.Raw("\"}");
      is_open = false;
    };
    std::size_t next = 0;
    int64_t before = 0;  // bytes of the content before the part
    for (const Part& part : message.content) {
      const auto size = static_cast<int64_t>(part.text->size());
      int64_t from = 0;
      for (; next < message.images.size() && message.images[next].at < before + size; ++next) {
        const int64_t stop = std::clamp(message.images[next].at - before, from, size);
        if (stop > from) text(Slice(part, from, stop));
        from = stop;
        close();
        Image(message.images[next]);
      }
      text(from == 0 ? part.text : Slice(part, from, size));
      before += size;
    }
    for (; next < message.images.size(); ++next) {
      close();
      Image(message.images[next]);
    }
    if (adds_words) text(std::make_shared<const std::string>((is_open ? "\n\n" : "") + words_));
    close();
    out_.Raw("]");
  }

  static std::shared_ptr<const std::string> Slice(const Part& part, int64_t from, int64_t to) {
    return std::make_shared<const std::string>(
        part.text->substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from)));
  }

  void Image(const ChatImage& image) {
    out_.Comma().Raw("{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:");
    AppendPlain(image.media_type);
    out_.Raw(";base64,").Text(image.base64.text, true).Raw("\"");
    const Json& detail = request_.sampling["image_detail"];
    if (detail.is_string()) out_.Field("detail", detail);
    out_.Raw("}}");
  }

  void AppendPlain(const std::string& text) {
    out_.Text(std::make_shared<const std::string>(text));
  }

  void FlushToolImages() {
    if (tool_images_.empty()) return;
    out_.Comma().Raw("{\"role\":\"user\",\"content\":[");
    for (const ChatImage* image : tool_images_) Image(*image);
    out_.Raw("]}");
    tool_images_.clear();
  }

  void Format() {
    if (!request_.format.is_object()) return;
    if (form_.structured == StructuredMode::kNone) return;
    if (form_.structured == StructuredMode::kObject) {
      out_.Raw(",\"response_format\":{\"type\":\"json_object\"}");
      return;
    }
    out_.Field("response_format",
               Json::MakeObject({{"type", "json_schema"},
                                 {"json_schema", Json::MakeObject({{"name", answer_.name},
                                                                   {"schema", answer_.schema},
                                                                   {"strict", false}})}}));
  }

  // Whether a setting goes out at all.
  bool IsTaken(const std::string& name, const std::string& effort) const {
    if (name == "seed" || name == "reasoning_effort" || name == "image_detail") return false;
    if (name == "stop") return traits_.takes_stop;
    const std::vector<std::string_view> drawing = {"temperature",       "top_p",       "top_k",
                                                   "frequency_penalty", "logprobs",    "min_p",
                                                   "presence_penalty",  "top_logprobs"};
    if (std::find(drawing.begin(), drawing.end(), name) == drawing.end()) return true;
    if (!traits_.takes_sampling) return false;
    return !traits_.sampling_needs_no_effort || effort.empty() || effort == "none";
  }

  void Sampling() {
    const std::string effort =
        OpenAiEffort(traits_, request_.sampling["reasoning_effort"].AsString());
    for (const auto& [name, value] : request_.sampling.members()) {
      if (value.is_null() || !IsTaken(name, effort)) continue;
      const bool rename = name == "max_tokens" && traits_.wants_completion_tokens;
      out_.Field(rename ? "max_completion_tokens" : name, value);
    }
    if (!effort.empty()) out_.Field("reasoning_effort", Json(effort));
    const Json& pinned = request_.sampling["seed"];
    if (pinned.is_number()) {
      out_.Field("seed", pinned);
    } else if (request_.seed.has_value() && !(pinned.is_bool() && !pinned.AsBool())) {
      out_.Field("seed", Json(static_cast<int64_t>(*request_.seed)));
    }
  }

  const ChatRequest& request_;
  const OpenAiForm& form_;
  const OpenAiTraits traits_;
  const AnswerTool answer_;
  BodyWriter out_;
  std::string words_;  // about the answer's form; cleared once written
  std::vector<const ChatImage*> tool_images_;
};

}  // namespace

AnswerTool OpenAiAnswerForm(const ChatRequest& request, const OpenAiForm& form) {
  if (!request.format.is_object() || form.structured == StructuredMode::kNone) return {};
  return MakeAnswerTool(request.format);
}

std::vector<BodyPiece> OpenAiRequestBody(const ChatRequest& request, const OpenAiForm& form) {
  return Writer(request, form).Body();
}

}  // namespace hone
