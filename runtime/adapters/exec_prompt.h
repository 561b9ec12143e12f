// A ChatRequest as one text for a program that takes nothing else. Pure.
//
// One question is its own text, after the system's. A longer conversation is written in tags
// (<system>, <user>, <assistant>, <call>, <result>). A JSON answer and the functions that may be
// called are asked for in words; the call of a function then comes as a JSON object
// (exec_output.h). An image is named where it stands: "[image: image-1.png]".
#pragma once

#include <string>
#include <vector>

#include "ports/chat_model.h"

namespace hone {

struct ExecPrompt {
  struct Image {
    std::string file_name;             // "image-1.png"
    const ChatImage* image = nullptr;  // borrowed from the request
  };
  std::string text;
  std::vector<Image> images;
};

ExecPrompt WriteExecPrompt(const ChatRequest& request);

}  // namespace hone
