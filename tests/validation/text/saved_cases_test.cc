// Replays what the peer answered, without the peer: tests/data/text, made by make_saved_cases.py and
// make_component_cases.py.
#include <gtest/gtest.h>

#include <sstream>

#include "encode_request.h"
#include "tiny_tokenizer.h"

namespace inlay::text {
namespace {

using Shared = std::shared_ptr<const Tokenizer>;

// A line "name TAB model" of models.tsv.
std::string model_text(std::string_view name) {
  std::istringstream lines(read_test_data("models.tsv"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(std::string(name) + "\t")) return line.substr(name.size() + 1);
  }
  return "null";
}

Result<Shared> load(const json::Value& line) {
  INLAY_ASSIGN(const std::string_view path, line.at("path").string_or(""));
  if (!path.empty())
    return Tokenizer::from_json(read_test_data(std::string(path)), std::string(path));
  if (line.at("model").exists()) {
    INLAY_ASSIGN(const std::string_view model, line.at("model").string());
    INLAY_ASSIGN(const std::string_view parts, line.at("parts").string());
    return Tokenizer::from_json(format("{{{},\"model\":{}}}", parts, model_text(model)), "saved");
  }
  INLAY_ASSIGN(const std::string_view text, line.at("json").string());
  return Tokenizer::from_json(text, "saved");
}

struct Replay {
  size_t compared = 0;
  size_t different = 0;
  std::string first_difference;
};

Replay replay(const std::string& cases) {
  Replay result;
  Shared tokenizer;
  std::istringstream lines(cases);
  for (std::string line; std::getline(lines, line);) {
    const auto document = json::parse(line, "wordpiece_cases.jsonl");
    if (!document.ok()) return {0, 1, std::string(document.message())};
    const json::Value request = document->root();
    const std::string_view op = *request.at("op").string();
    if (op == "comment") continue;
    if (op == "load") {
      auto loaded = load(request);
      if (!loaded.ok()) return {0, 1, std::string(loaded.message())};
      tokenizer = std::move(loaded).value();
      continue;
    }
    const std::string found = answer(*tokenizer, request);
    ++result.compared;
    if (found == *request.at("answer").string()) continue;
    if (result.different++ == 0) result.first_difference = line + "\n" + found;
  }
  return result;
}

TEST(SavedCases, AreWhatThePeerAnswered) {
  const Replay result = replay(read_test_data("wordpiece_cases.jsonl"));
  EXPECT_GE(result.compared, 100u);
  EXPECT_EQ(result.different, 0u) << result.first_difference;
}

TEST(SavedCases, ComponentsAnswerWhatThePeerAnswered) {
  const Replay result = replay(read_test_data("component_cases.jsonl"));
  EXPECT_GE(result.compared, 500u);
  EXPECT_EQ(result.different, 0u) << result.first_difference;
}

TEST(SavedCases, ADifferenceIsNoticed) {
  std::string cases = read_test_data("wordpiece_cases.jsonl");
  const size_t at = cases.find("\\\"offsets\\\":[[0,0],[0,1]");
  ASSERT_NE(at, std::string::npos);
  cases.replace(at, 24, "\\\"offsets\\\":[[0,0],[0,9]");
  EXPECT_EQ(replay(cases).different, 1u);
}

}  // namespace
}  // namespace inlay::text
