// A table as Markdown: pipe tables whose cells cannot break out of them.
#pragma once

#include <string>
#include <string_view>

#include "report/result_table.h"
#include "report/table_view.h"

namespace hone {

// `text` from outside as literal text inside a Markdown line or table cell: control and
// bidirectional characters visible, one line, and every character that could start markup, HTML or
// a cell escaped.
std::string EscapeMarkdown(std::string_view text);

std::string RenderMarkdownBlock(const ViewBlock& block);
std::string RenderMarkdown(const TableView& view);
std::string RenderMarkdown(const ResultTable& table);

}  // namespace hone
