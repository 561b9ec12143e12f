// A table as HTML: a fragment to be put into a page, or a page of its own that loads nothing.
#pragma once

#include <string>
#include <string_view>

#include "report/result_table.h"
#include "report/table_view.h"

namespace hone {

// `text` from outside as literal text of an element or of a quoted attribute; control and
// bidirectional characters become visible.
std::string EscapeHtml(std::string_view text);

// <table class="hone-table">...: the blocks in <section>s, the footer as a list. No style, no
// script, no identifier.
std::string RenderHtmlBlock(const ViewBlock& block);
std::string RenderHtmlFragment(const TableView& view);

// A whole document with a strict content-security policy, legible in light and dark.
std::string RenderHtmlPage(const TableView& view);
std::string RenderHtmlPage(const ResultTable& table);

}  // namespace hone
