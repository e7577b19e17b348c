// JSON (RFC 8259): a reader into a compact tree. json_writer.h writes.
//
//   INLAY_ASSIGN(json::Document document, json::parse(text, "config.json"));
//   INLAY_ASSIGN(int64_t hidden, document.root().at("hidden_size").integer());
//   for (auto [token, id] : document.root().at("vocab").members()) …
//   for (json::Value layer : document.root().at("layers").elements()) …
//
// The tree lies in a few flat blocks, so that a tokenizer.json of megabytes costs a few
// milliseconds. Errors name the source, the path ("$.model.vocab") or the byte. Depth is at most
// 128, text must be UTF-8, a repeated key keeps its last value on look-up. A Document does not
// change after parse: safe for concurrent reads.
#pragma once

#include <concepts>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>

#include "base/json_tree.h"
#include "base/mapped_file.h"
#include "base/status.h"

namespace inlay::json {

class Members;
class Elements;

// A place in a document: cheap to copy, valid while the Document lives. A Value that does not exist
// (a missing key) is allowed and answers exists() == false; its typed getters fail with its path.
class Value {
 public:
  Value() = default;  // does not exist

  bool exists() const { return tree_ != nullptr && !missing_; }
  Kind kind() const { return exists() ? node().kind : Kind::kNull; }
  bool is_null() const { return kind() == Kind::kNull; }  // also when it does not exist
  bool is_string() const { return kind() == Kind::kString; }
  bool is_array() const { return kind() == Kind::kArray; }
  bool is_object() const { return kind() == Kind::kObject; }
  bool is_number() const { return kind() == Kind::kInteger || kind() == Kind::kNumber; }

  // The member or element; one that does not exist when this is no object or array, or has none
  // such. Look-up walks the members. `key` is kept by a Value that does not exist, for messages: it
  // must live as long.
  Value at(std::string_view key) const;
  Value at(size_t index) const;
  template <std::same_as<std::string> Temporary>
  Value at(Temporary&& key) const = delete;
  size_t size() const { return is_array() || is_object() ? node().size : 0; }

  // Typed getters: fail with kCorrupt "source: $.path: expected an integer, found a string".
  Result<std::string_view> string() const;
  Result<int64_t> integer() const;  // an integral number that fits; 3.0 counts
  Result<double> number() const;
  Result<bool> boolean() const;
  Status expect(Kind kind) const;  // kNumber accepts kInteger

  // The same with a default where the value does not exist or is null. A wrong type still fails.
  Result<std::string_view> string_or(std::string_view fallback) const;
  Result<int64_t> integer_or(int64_t fallback) const;
  Result<double> number_or(double fallback) const;
  Result<bool> boolean_or(bool fallback) const;

  // Ranges in the order of the text, O(1) a step, empty for anything else. A repeated key comes
  // twice.
  Members members() const;
  Elements elements() const;

  std::string path() const;                      // "$.model.vocab"; for messages
  Status error(std::string_view message) const;  // kCorrupt "source: $.path: <message>"

 private:
  friend class Document;
  friend class MemberIterator;
  friend class ElementIterator;
  friend class Members;
  friend class Elements;

  Value(const Tree* tree, uint32_t index) : tree_(tree), index_(index) {}
  const Node& node() const { return tree_->nodes[index_]; }
  Value missing(const char* key, size_t number) const;
  Status wrong_kind(std::string_view expected) const;

  const Tree* tree_ = nullptr;
  uint32_t index_ = 0;
  bool missing_ = false;               // then index_ is the value in which it was looked for
  const char* missing_key_ = nullptr;  // null: it was looked for by index
  size_t missing_number_ = 0;          // the key's bytes, or the index
};

struct Member {
  std::string_view key;
  Value value;
};

class MemberIterator {
 public:
  using value_type = Member;
  using difference_type = std::ptrdiff_t;
  MemberIterator() = default;
  MemberIterator(const Tree* tree, uint32_t key) : tree_(tree), key_(key) {}
  Member operator*() const { return {tree_->text_of(key_), Value(tree_, key_ + 1)}; }
  MemberIterator& operator++() {
    key_ = tree_->after(key_ + 1);
    return *this;
  }
  MemberIterator operator++(int) {
    const MemberIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const MemberIterator&) const = default;

 private:
  const Tree* tree_ = nullptr;
  uint32_t key_ = 0;
};

class ElementIterator {
 public:
  using value_type = Value;
  using difference_type = std::ptrdiff_t;
  ElementIterator() = default;
  ElementIterator(const Tree* tree, uint32_t index) : tree_(tree), index_(index) {}
  Value operator*() const { return Value(tree_, index_); }
  ElementIterator& operator++() {
    index_ = tree_->after(index_);
    return *this;
  }
  ElementIterator operator++(int) {
    const ElementIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const ElementIterator&) const = default;

 private:
  const Tree* tree_ = nullptr;
  uint32_t index_ = 0;
};

class Members {
 public:
  MemberIterator begin() const { return begin_; }
  MemberIterator end() const { return end_; }

 private:
  friend class Value;
  MemberIterator begin_, end_;
};

class Elements {
 public:
  ElementIterator begin() const { return begin_; }
  ElementIterator end() const { return end_; }

 private:
  friend class Value;
  ElementIterator begin_, end_;
};

// A parsed text. Movable; its Values stay valid when it moves.
class Document {
 public:
  Value root() const { return Value(tree_.get(), 0); }
  const std::string& source() const { return tree_->source; }

 private:
  friend Result<Document> parse_in_place(std::string_view, std::shared_ptr<const void>,
                                         std::string);
  explicit Document(std::unique_ptr<const Tree> tree) : tree_(std::move(tree)) {}
  std::unique_ptr<const Tree> tree_;
};

// Parses a copy of `text`. `source_name` ("config.json") begins every message.
// Fails with kCorrupt "source: byte 123: expected …, found …"; kUnsupported for 4 GiB and more.
Result<Document> parse(std::string_view text, std::string source_name);

// The same without the copy: strings are views into `text`, which `owner` keeps alive and
// unchanged.
Result<Document> parse_in_place(std::string_view text, std::shared_ptr<const void> owner,
                                std::string source_name);

// Parses a file; messages begin with its path. Fails like parse() and MappedFile::open.
Result<Document> parse_file(const std::string& path, FileAccess access = FileAccess::kMap);

}  // namespace inlay::json
