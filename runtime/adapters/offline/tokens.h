// The offline reader's idea of words: tokens (for usage and attention), stems (for matching) and
// the normal form of a phrase. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hone::offline {

// A token is a run of at most 7 letters or digits (bytes from 0x80 on count as letters) or one mark
// of punctuation; white space is none. English prose has about 1.3 of them a word.
int64_t CountTokens(std::string_view text);
// The longest prefix of at most `max_tokens` tokens.
std::string_view CutTokens(std::string_view text, int64_t max_tokens);

// The words of a text in order, borrowed from it: runs of letters and digits, with an apostrophe,
// hyphen, dot or slash kept inside ("author's", "non-free", "3.0+" gives "3.0", "debian/rules").
std::vector<std::string_view> Words(std::string_view text);

// Hash of a word in lower case without its common English endings; 0 for a word that carries no
// content (articles, auxiliaries, and the words in which tasks are usually put: "document",
// "state").
uint64_t StemOf(std::string_view word);
// The stems of a text, sorted, each once, without 0.
std::vector<uint64_t> StemsOf(std::string_view text);
bool HasStem(const std::vector<uint64_t>& sorted_stems, uint64_t stem);

// Lower case, letters and digits only, single spaces, with a space at both ends; " " when empty.
// So `Normal(text).find(Normal(phrase))` finds whole words whatever the punctuation between them.
std::string Normal(std::string_view text);

// White space (line breaks too) collapsed to single spaces and trimmed.
std::string Collapse(std::string_view text);

}  // namespace hone::offline
