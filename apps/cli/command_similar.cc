// inlay similar -m MODEL [--top-k N] [--json] QUERY < sentences
#include <algorithm>
#include <memory>

#include "commands.h"
#include "embedding.h"
#include "json.h"
#include "output.h"
#include "table.h"
#include "text_width.h"
#include "texts.h"

namespace cli {
namespace {

struct Similar {
  EmbedderOptions embedder;
  std::string query;
  int64_t top_k = 10;
  bool json = false;
};

struct Match {
  float similarity;
  int64_t line;  // of the input, from 1
  std::string text;
};

bool closer(const Match& a, const Match& b) {
  return a.similarity != b.similarity ? a.similarity > b.similarity : a.line < b.line;
}

// Of the query to each text, by the model's own function.
std::vector<float> similarities(const Embeddings& query, const Embeddings& texts) {
  std::vector<float> out(inlay_embeddings_get(texts.get()).count);
  check(inlay_similarity(query.get(), texts.get(), INLAY_SIMILARITY_MODEL, out.data(), out.size()));
  return out;
}

// The best matches of the standard input, best first; empty lines are left out.
std::vector<Match> best_matches(const Embedder& embedder, const Embeddings& query, size_t count) {
  std::vector<Match> matches;
  TextSource source({});
  int64_t line = 0;
  while (const auto batch = source.next()) {
    const std::vector<float> found = similarities(query, embed(embedder, *batch));
    for (size_t i = 0; i < found.size(); ++i) {
      ++line;
      if ((*batch)[i].empty()) continue;
      matches.push_back({found[i], line, (*batch)[i]});
    }
    std::sort(matches.begin(), matches.end(), closer);
    if (matches.size() > count) matches.resize(count);
  }
  return matches;
}

void print_match(const Match& match, bool json) {
  if (json) {
    JsonLine line;
    line.begin_object().key("text").string(match.text).key("similarity").number(match.similarity);
    print_line(line.key("line").integer(match.line).end_object().text());
    return;
  }
  const std::string score = pad_left(fixed(match.similarity, 3), 6) + "  ";
  const int left = std::max(output_columns(1 << 20) - 20, 12);
  print_line(score + painted(bar(match.similarity, 10), Paint::kGreen) + "  " +
             fit_columns(printable(match.text), left));
}

void run_similar(const Similar& options) {
  const Embedder embedder = make_embedder(options.embedder);
  const Embeddings query = embed(embedder, {&options.query, 1});
  const size_t count = options.top_k == 0 ? SIZE_MAX : static_cast<size_t>(options.top_k);
  for (const Match& match : best_matches(embedder, query, count)) print_match(match, options.json);
}

}  // namespace

void add_similar(Options& options) {
  auto similar = std::make_shared<Similar>();
  add_embedder_options(options, similar->embedder);
  options.number("--top-k", similar->top_k, 0, "how many sentences to show; 0: all; default 10");
  options.flag("--json", similar->json, "one object a line");
  options.text("QUERY", similar->query, "",
               "the text to compare the lines of the standard input with", Options::kRequired);
  options.on_run([similar] { run_similar(*similar); });
}

}  // namespace cli
