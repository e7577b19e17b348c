#include "tasks/entities.h"

#include <algorithm>

namespace inlay::tasks {
namespace {

size_t best_label(std::span<const float> scores) {
  return static_cast<size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

Entity of_scores(std::span<const float> scores, std::span<const std::string> labels) {
  const size_t best = best_label(scores);
  return {labels[best], scores[best], 0, 0, ""};
}

std::vector<float> mean_scores(std::span<const EntityToken> tokens) {
  std::vector<float> mean(tokens[0].scores.size());
  for (const EntityToken& token : tokens)
    for (size_t i = 0; i < mean.size(); ++i) mean[i] += token.scores[i];
  for (float& score : mean) score /= static_cast<float>(tokens.size());
  return mean;
}

// The first of those whose best score is the highest.
const EntityToken& surest(std::span<const EntityToken> tokens) {
  const auto best = [](const EntityToken& token) { return token.scores[best_label(token.scores)]; };
  return *std::max_element(
      tokens.begin(), tokens.end(),
      [&](const EntityToken& a, const EntityToken& b) { return best(a) < best(b); });
}

Result<Entity> make_word(std::span<const EntityToken> tokens, std::span<const std::string> labels,
                         Aggregation aggregation, const TokenJoiner& joiner) {
  Entity out;
  switch (aggregation) {
    case Aggregation::kAverage: out = of_scores(mean_scores(tokens), labels); break;
    case Aggregation::kMax: out = of_scores(surest(tokens).scores, labels); break;
    default: out = of_scores(tokens[0].scores, labels); break;
  }
  std::vector<std::string> words;
  for (const EntityToken& token : tokens) words.push_back(token.word);
  INLAY_ASSIGN(out.word, joiner.join(std::move(words)));
  out.begin = tokens.front().begin;
  out.end = tokens.back().end;
  return out;
}

Result<std::vector<Entity>> make_words(std::span<const EntityToken> tokens,
                                       std::span<const std::string> labels, Aggregation aggregation,
                                       const TokenJoiner& joiner) {
  std::vector<Entity> words;
  for (size_t begin = 0, end = 0; begin < tokens.size(); begin = end) {
    for (end = begin + 1; end < tokens.size() && tokens[end].continues_word;) ++end;
    INLAY_ASSIGN(Entity word,
                 make_word(tokens.subspan(begin, end - begin), labels, aggregation, joiner));
    words.push_back(std::move(word));
  }
  return words;
}

// A label's kind, and whether it begins an entity. One without "B-" or "I-" continues its kind.
struct Tag {
  bool begins;
  std::string_view kind;
};

Tag tag_of(std::string_view label) {
  if (label.starts_with("B-")) return {true, label.substr(2)};
  if (label.starts_with("I-")) return {false, label.substr(2)};
  return {false, label};
}

Result<Entity> join_group(std::span<const Entity> parts, const TokenJoiner& joiner) {
  Entity out;
  const std::string_view label = parts[0].label;
  out.label = label.substr(label.find('-') + 1);  // all of it where there is no "-"
  std::vector<std::string> words;
  for (const Entity& part : parts) {
    out.score += part.score;
    words.push_back(part.word);
  }
  out.score /= static_cast<float>(parts.size());
  INLAY_ASSIGN(out.word, joiner.join(std::move(words)));
  out.begin = parts.front().begin;
  out.end = parts.back().end;
  return out;
}

Result<std::vector<Entity>> join_neighbours(std::span<const Entity> parts,
                                            const TokenJoiner& joiner) {
  std::vector<Entity> groups;
  const auto continues = [&](size_t i) {
    const Tag tag = tag_of(parts[i].label);
    return !tag.begins && tag.kind == tag_of(parts[i - 1].label).kind;
  };
  for (size_t begin = 0, end = 0; begin < parts.size(); begin = end) {
    for (end = begin + 1; end < parts.size() && continues(end);) ++end;
    INLAY_ASSIGN(Entity group, join_group(parts.subspan(begin, end - begin), joiner));
    groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace

Result<std::vector<Entity>> find_entities(std::span<const EntityToken> tokens,
                                          std::span<const std::string> labels,
                                          Aggregation aggregation, const TokenJoiner& joiner) {
  if (aggregation != Aggregation::kNone && aggregation != Aggregation::kSimple) {
    INLAY_ASSIGN(const std::vector<Entity> words, make_words(tokens, labels, aggregation, joiner));
    return join_neighbours(words, joiner);
  }
  std::vector<Entity> entities;
  for (const EntityToken& token : tokens) {
    Entity& entity = entities.emplace_back(of_scores(token.scores, labels));
    entity.word = token.word;
    entity.begin = token.begin;
    entity.end = token.end;
  }
  if (aggregation == Aggregation::kNone) return entities;
  return join_neighbours(entities, joiner);
}

std::vector<Entity> merge_overlapping(std::vector<Entity> entities) {
  std::stable_sort(entities.begin(), entities.end(),
                   [](const Entity& a, const Entity& b) { return a.begin < b.begin; });
  const auto length = [](const Entity& entity) { return entity.end - entity.begin; };
  std::vector<Entity> out;
  for (Entity& entity : entities) {
    if (out.empty() || entity.begin >= out.back().end) {
      out.push_back(std::move(entity));
      continue;
    }
    const bool longer = length(entity) > length(out.back());
    const bool surer = length(entity) == length(out.back()) && entity.score > out.back().score;
    if (longer || surer) out.back() = std::move(entity);
  }
  return out;
}

}  // namespace inlay::tasks
