// A folder of its own for a fuzz target whose parser takes paths: in memory where the system has such a place,
// removed at the program's end.
//
//   static ScratchFolder folder;
//   folder.write("config.json", input);
//   open(folder.path());
//
// A crash leaves the folder behind. For one thread.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "fuzz_target.h"

namespace inlay::fuzz {

class ScratchFolder {
 public:
  ScratchFolder() {
    const bool shared = std::filesystem::is_directory("/dev/shm");
    path_ = (shared ? "/dev/shm" : std::filesystem::temp_directory_path().string()) +
            "/inlay_fuzz_XXXXXX";
    INLAY_FUZZ_CHECK(mkdtemp(path_.data()) != nullptr);
  }
  ~ScratchFolder() { std::filesystem::remove_all(path_); }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string path(std::string_view name) const { return path_ + "/" + std::string(name); }

  // Writes the file anew; its folder must be there.
  void write(std::string_view name, std::string_view content) const {
    FILE* file = fopen(path(name).c_str(), "wb");
    INLAY_FUZZ_CHECK(file && fwrite(content.data(), 1, content.size(), file) == content.size());
    fclose(file);
  }
  void remove(std::string_view name) const { std::filesystem::remove(path(name)); }

 private:
  std::string path_;
};

}  // namespace inlay::fuzz
