// inlay rerank -m MODEL [--top-k N] [--json] QUERY [TEXT…]
#include <algorithm>
#include <memory>

#include "choice.h"
#include "commands.h"
#include "json.h"
#include "model_argument.h"
#include "output.h"
#include "table.h"
#include "text_width.h"
#include "texts.h"

namespace cli {
namespace {

struct Rerank {
  std::string model, query, activation;
  std::vector<std::string> texts;
  int64_t top_k = 10, threads = 0;
  bool json = false, raw = false;
};

struct Match {
  float score;
  int64_t line;  // of the input, or the argument's place, from 1
  std::string text;
  bool truncated;
};

bool better(const Match& a, const Match& b) {
  return a.score != b.score ? a.score > b.score : a.line < b.line;
}

Reranker make_reranker(const Rerank& options) {
  if (options.raw && !options.activation.empty())
    fail_usage("rerank: expected --raw or --activation, found both");
  auto chosen = default_options<inlay_head_options>();
  chosen.threads = static_cast<uint32_t>(options.threads);
  chosen.activation = options.raw
                          ? static_cast<uint32_t>(INLAY_ACTIVATION_NONE)
                          : choose(options.activation, kActivations, "rerank: --activation");
  const Model model = open_model(options.model);
  Reranker reranker;
  check(inlay_reranker_create(model.get(), &chosen, reranker.out()));
  return reranker;
}

// The best of all texts, best first; empty lines are left out.
std::vector<Match> best_matches(const Rerank& options, const Reranker& reranker) {
  const size_t most = options.top_k == 0 ? SIZE_MAX : static_cast<size_t>(options.top_k);
  std::vector<Match> matches;
  TextSource source(options.texts);
  int64_t before = 0;
  while (const auto batch = source.next()) {
    const TextPointers pointers(*batch);
    Ranking ranking;
    check(inlay_reranker_rank(reranker.get(), options.query.data(), options.query.size(),
                              pointers.data.data(), pointers.bytes.data(), batch->size(),
                              ranking.out()));
    for (size_t i = 0; i < inlay_ranking_count(ranking.get()); ++i) {
      const inlay_ranked one = inlay_ranking_get(ranking.get(), i);
      const std::string& text = (*batch)[one.document];
      const int64_t line = before + static_cast<int64_t>(one.document) + 1;
      if (!text.empty()) matches.push_back({one.score, line, text, one.truncated != 0});
    }
    before += static_cast<int64_t>(batch->size());
    std::sort(matches.begin(), matches.end(), better);
    if (matches.size() > most) matches.resize(most);
  }
  return matches;
}

void print_match(const Match& match, bool json) {
  if (json) {
    JsonLine line;
    line.begin_object().key("text").string(match.text).key("score").number(match.score);
    line.key("line").integer(match.line);
    if (match.truncated) line.key("truncated").boolean(true);
    print_line(line.end_object().text());
    return;
  }
  const std::string score = pad_left(fixed(match.score, 3), 7) + "  ";
  const int left = std::max(output_columns(1 << 20) - 20, 12);
  const double share = std::clamp(static_cast<double>(match.score), 0.0, 1.0);
  print_line(score + painted(bar(share, 10), Paint::kGreen) + "  " +
             fit_columns(printable(match.text) + (match.truncated ? " (truncated)" : ""), left));
}

void run_rerank(const Rerank& options) {
  const Reranker reranker = make_reranker(options);
  for (const Match& match : best_matches(options, reranker)) print_match(match, options.json);
}

}  // namespace

void add_rerank(Options& options) {
  auto rerank = std::make_shared<Rerank>();
  options.model(rerank->model);
  options.number("--top-k", rerank->top_k, 0, "how many texts to show; 0: all; default 10");
  options.text("--activation", rerank->activation, "NAME",
               "scores: sigmoid or none; default: as the model says, else sigmoid");
  options.flag("--raw", rerank->raw, "the same as --activation none");
  options.threads(rerank->threads);
  options.flag("--json", rerank->json, "one object a line");
  options.text("QUERY", rerank->query, "", "what the texts are to answer", Options::kRequired);
  options.list("TEXT", rerank->texts, "…", "texts; without any, the lines of the standard input");
  options.on_run([rerank] { run_rerank(*rerank); });
}

}  // namespace cli
