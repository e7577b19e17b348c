#include "text/vocabulary_json.h"

#include "text/components.h"

namespace inlay::text {

Result<Vocabulary> parse_vocabulary(const json::Value& value) {
  INLAY_TRY(value.expect(json::Kind::kObject));
  constexpr size_t kUsualTokenBytes = 8;
  Vocabulary vocabulary;
  vocabulary.reserve(value.size(), kUsualTokenBytes * value.size());
  struct Waiting {
    uint64_t hash;
    std::string_view token;
    uint32_t id;
  };
  constexpr size_t kAhead = 16;  // tokens whose slots are on their way
  Waiting ring[kAhead];
  size_t count = 0;
  const auto add = [&](const Waiting& w) { vocabulary.add(w.hash, w.token, w.id); };
  for (const auto& [token, id_value] : value.members()) {
    INLAY_ASSIGN(const uint32_t id, parse_token_id(id_value));
    Waiting& slot = ring[count % kAhead];
    if (count >= kAhead) add(slot);
    slot.hash = TokenHash::of(token);
    slot.token = token;
    slot.id = id;
    vocabulary.prefetch(slot.hash);
    ++count;
  }
  for (size_t i = count > kAhead ? count - kAhead : 0; i < count; ++i) add(ring[i % kAhead]);
  return vocabulary;
}

void write_vocabulary(json::Writer& out, const Vocabulary& vocabulary) {
  out.begin_object();
  vocabulary.for_each([&](std::string_view token, uint32_t id) { out.member(token, id); });
  out.end_object();
}

}  // namespace inlay::text
