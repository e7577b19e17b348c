// JSON (RFC 8259): a reader into a compact tree, and a writer.
//
//   INLAY_ASSIGN(json::Document document, json::parse(text, "config.json"));
//   INLAY_ASSIGN(int64_t hidden, document.root().at("hidden_size").integer());
//
// The tree lies in a few flat blocks, so that a tokenizer.json of megabytes costs a few milliseconds.
// Errors name the source, the path ("$.model.vocab") and the byte. Depth is at most 128, text must be
// UTF-8, a repeated key keeps its last value on look-up. A Document does not change after parse: safe
// for concurrent reads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace inlay::json {

enum class Kind : uint8_t { kNull, kBool, kInteger, kNumber, kString, kArray, kObject };

class Document;

// A place in a document: cheap to copy, valid while the Document lives. A Value that does not exist
// (a missing key) is allowed and answers exists() == false; its typed getters fail with its path.
class Value {
 public:
  bool exists() const;
  Kind kind() const;  // kNull when it does not exist
  bool is_null() const;  // also when it does not exist
  bool is_string() const;
  bool is_array() const;
  bool is_object() const;
  bool is_number() const;

  // The member or element; one that does not exist when this is no object / array, or has none such.
  Value at(std::string_view key) const;
  Value at(size_t index) const;
  size_t size() const;  // of an array or object; 0 otherwise

  // Typed getters: fail with kCorrupt "source: $.path: expected an integer, found a string".
  Result<std::string_view> string() const;
  Result<int64_t> integer() const;      // an integral number that fits; 3.0 counts
  Result<double> number() const;
  Result<bool> boolean() const;
  Status expect(Kind kind) const;

  // The same with a default where the value does not exist or is null. A wrong type still fails.
  Result<std::string_view> string_or(std::string_view fallback) const;
  Result<int64_t> integer_or(int64_t fallback) const;
  Result<double> number_or(double fallback) const;
  Result<bool> boolean_or(bool fallback) const;

  // for (auto [key, value] : object.members()) …   for (json::Value v : array.elements()) …
  // members() and elements() of anything else are empty ranges.

  std::string path() const;  // "$.model.vocab"; for messages
  Status error(std::string_view message) const;  // "source: $.path: <message>"
};

}  // namespace inlay::json
