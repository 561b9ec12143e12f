#include "base/hash.h"

#include <openssl/evp.h>

namespace hone {
namespace {

// Looked up once: a lookup for every hash costs as much as hashing a kilobyte.
const EVP_MD* Sha256Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

}  // namespace

std::string Hash::Hex() const {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(64);
  for (const uint8_t byte : bytes) {
    out.push_back(kDigits[byte >> 4U]);
    out.push_back(kDigits[byte & 15U]);
  }
  return out;
}

uint64_t Hash::Prefix64() const {
  uint64_t out = 0;
  for (std::size_t i = 0; i < 8; ++i) out = (out << 8U) | bytes[i];
  return out;
}

std::string_view Hash::View() const {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Result<Hash> Hash::FromHex(std::string_view hex) {
  Hash out;
  if (hex.size() != 64) return Invalid("a hash has 64 hexadecimal digits");
  for (std::size_t i = 0; i < 64; ++i) {
    const char c = hex[i];
    unsigned digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<unsigned>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<unsigned>(c - 'a') + 10U;
    } else {
      return Invalid("a hash has 64 lower-case hexadecimal digits");
    }
    out.bytes[i / 2] = static_cast<uint8_t>((out.bytes[i / 2] << 4U) | digit);
  }
  return out;
}

Hash Hash::FromRaw(std::string_view raw) {
  HONE_CHECK(raw.size() == 32);
  Hash out;
  for (std::size_t i = 0; i < 32; ++i) out.bytes[i] = static_cast<uint8_t>(raw[i]);
  return out;
}

void Sha256::Free::operator()(void* context) const {
  EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context));
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  HONE_CHECK(
      EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_.get()), Sha256Algorithm(), nullptr) == 1);
}

Sha256::~Sha256() = default;

void Sha256::Update(std::string_view bytes) {
  HONE_CHECK(
      EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_.get()), bytes.data(), bytes.size()) == 1);
}

void Sha256::Field(std::string_view bytes) {
  Update(std::to_string(bytes.size()));
  Update(":");
  Update(bytes);
  Update(",");
}

Hash Sha256::Finish() {
  Hash out;
  unsigned size = 0;
  HONE_CHECK(
      EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_.get()), out.bytes.data(), &size) == 1);
  HONE_CHECK(size == out.bytes.size());
  return out;
}

Hash HashOf(std::string_view bytes) {
  Sha256 sha;
  sha.Update(bytes);
  return sha.Finish();
}

Hash HashFields(std::initializer_list<std::string_view> fields) {
  Sha256 sha;
  for (const std::string_view field : fields) sha.Field(field);
  return sha.Finish();
}

}  // namespace hone
