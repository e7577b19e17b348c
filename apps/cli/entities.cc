#include "entities.h"

#include "choice.h"
#include "json.h"
#include "output.h"
#include "table.h"
#include "text_width.h"

namespace cli {
namespace {

void print_json(const std::string& text, const inlay_text_entities& found) {
  JsonLine line;
  line.begin_object().key("text").string(text).key("entities").begin_array();
  for (size_t i = 0; i < found.count; ++i) {
    const inlay_entity& entity = found.entities[i];
    line.begin_object().key("label").string(entity.label).key("score").number(entity.score);
    line.key("begin").integer(static_cast<int64_t>(entity.begin));
    line.key("end").integer(static_cast<int64_t>(entity.end));
    line.key("word").string(entity.word).end_object();
  }
  line.end_array();
  if (found.truncated) line.key("truncated").boolean(true);
  print_line(line.end_object().text());
}

void print_table(const std::string& text, const inlay_text_entities& found) {
  print_line(painted(quote(text, 200), Paint::kCyan) +
             concat("  ", found.count, " entities", found.truncated ? ", truncated" : ""));
  if (found.count == 0) return;
  Table table({{"entity", Table::kFlexible, Paint::kBold},
               {"label"},
               {"score", Table::kRight},
               {"place", Table::kRight}});
  for (size_t i = 0; i < found.count; ++i) {
    const inlay_entity& entity = found.entities[i];
    table.row(
        {entity.word, entity.label, fixed(entity.score, 2), concat(entity.begin, "-", entity.end)});
  }
  table.print(2);
}

}  // namespace

TokenClassifier make_token_classifier(const Model& model, const EntityOptions& options) {
  auto chosen = default_options<inlay_token_classifier_options>();
  chosen.threads = static_cast<uint32_t>(options.threads);
  chosen.aggregation = choose(options.aggregation, kAggregations, "classify: --aggregation");
  chosen.stride = static_cast<uint32_t>(options.stride);
  chosen.truncate = options.truncate;
  chosen.character_offsets = options.character_offsets;
  TokenClassifier classifier;
  check(inlay_token_classifier_create(model.get(), &chosen, classifier.out()));
  return classifier;
}

void print_entities(const TokenClassifier& classifier, TextSource& source, bool json) {
  while (const auto batch = source.next()) {
    const TextPointers pointers(*batch);
    Entities results;
    check(inlay_token_classifier_classify(classifier.get(), pointers.data.data(),
                                          pointers.bytes.data(), batch->size(), results.out()));
    for (size_t i = 0; i < batch->size(); ++i) {
      const inlay_text_entities found = inlay_entities_get(results.get(), i);
      if (json)
        print_json((*batch)[i], found);
      else
        print_table((*batch)[i], found);
    }
    flush_output();
  }
}

}  // namespace cli
