// Words and sentences of a text, counted the same way everywhere.
//
// *Words* are what white space separates, as an editor counts them. *Normal words* are for
// comparing: runs of letters and digits in lower case (ASCII, Latin-1, Greek, Cyrillic);
// punctuation separates, an apostrophe inside a word vanishes ("don't" -> "dont"), each Chinese or
// Japanese character and each Hangul syllable is a word. Bytes that are no UTF-8 separate. No
// locale, one linear pass.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hone {

std::size_t WordCount(std::string_view text);
// The longest prefix of at most `max_words` words, without trailing white space.
std::string_view FirstWords(std::string_view text, std::size_t max_words);

std::vector<std::string> NormalWords(std::string_view text);

// Trimmed, in order, borrowed from `text`, never empty. A sentence ends at . ! ? (with what closes
// quotes and brackets) before white space, at 。！？, at a blank line, and before a Markdown
// heading, list item, table row or fence. Initials and common abbreviations ("e.g.", "Dr.") end
// none.
std::vector<std::string_view> Sentences(std::string_view text);

}  // namespace hone
