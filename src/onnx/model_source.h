// The bytes of a model and of the files with external data beside it.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/mapped_file.h"
#include "base/protobuf.h"
#include "base/status.h"

namespace inlay::onnx {

struct ModelSource {
  std::span<const std::byte> bytes;
  std::string name;                        // begins error messages
  std::shared_ptr<const void> owner;       // keeps `bytes` alive
  std::shared_ptr<const MappedFile> file;  // null for a model in memory
  std::map<std::string, std::shared_ptr<const MappedFile>, std::less<>> external;  // by location

  int64_t dense_bytes = 0;  // of all sparse tensors that were made dense

  protobuf::Reader reader() const { return protobuf::Reader(bytes, name); }
};

// Text that must be UTF-8 and hold no NUL. Fails with kCorrupt at the reader's field.
Result<std::string> read_text(const protobuf::Reader& reader);
// A StringStringEntryProto.
Result<std::pair<std::string, std::string>> read_entry(protobuf::Reader message);

// The file at `location`, relative to the model's folder, mapped once. Fails with kCorrupt for a
// location that is absolute or climbs out of the folder, with open's errors, or when the model lies
// in memory.
Result<std::shared_ptr<const MappedFile>> open_external(ModelSource& source,
                                                        const std::string& location);

}  // namespace inlay::onnx
