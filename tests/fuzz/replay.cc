// Runs a fuzz target without libFuzzer: on files named on the command line, or on seeded random
// inputs out of pieces that mean something to it. Usage: replay COUNT SEED | FILE ...
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size);

namespace {

void Give(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
}

std::string RandomInput(std::mt19937* random) {
  static const std::string kPieces[] = {
      "a",    "b",      "\n",         "\r\n",        " ", "rule one\n", "- rule\n",
      "\xFF", "\xFF",   "\xFF",       "<",           ">", "\xC3\xA4",   "\xE4\xB8\xAD",
      "\x80", "## H\n", "<!-- S -->", "<!-- /S -->", "x", "rule",       std::string(1, '\0')};
  constexpr std::size_t kCount = sizeof kPieces / sizeof kPieces[0];
  std::string out;
  for (std::size_t i = (*random)() % 60; i > 0; --i) out += kPieces[(*random)() % kCount];
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::atol(argv[1]) > 0) {
    std::mt19937 random(static_cast<uint32_t>(std::atol(argv[2])));
    for (long i = std::atol(argv[1]); i > 0; --i) Give(RandomInput(&random));
    std::printf("%s inputs, seed %s: as the plain models\n", argv[1], argv[2]);
    return 0;
  }
  for (int i = 1; i < argc; ++i) {
    std::ifstream in(argv[i], std::ios::binary);
    if (!in) {
      std::fprintf(stderr, "%s: cannot be read\n", argv[i]);
      return 2;
    }
    Give(std::string(std::istreambuf_iterator<char>(in), {}));
  }
  return argc > 1 ? 0 : 2;
}
