#include <cerrno>
#include <cstring>
#include <vector>

#include "failure.h"
#include "fetch.h"
#include "output.h"

namespace cli {
namespace {

class FolderFetcher : public Fetcher {
 public:
  FolderFetcher(const std::string& folder, const std::string& model) : folder_(to_path(folder)) {
    std::error_code ignored;
    const fs::path inner = folder_ / to_path(model);
    if (fs::is_directory(inner, ignored)) folder_ = inner;
  }

  std::string name() const override { return "the folder " + to_text(folder_); }

  void fetch(const ManifestFile& file, const fs::path& part, Progress& progress) override {
    const fs::path source = folder_ / to_path(file.path);
    FILE* input = open_file(source, "rb");
    if (!input) fail(to_text(source), ": expected a file to read, found: ", strerror(errno));
    const std::unique_ptr<FILE, int (*)(FILE*)> closed(input, fclose);
    OutputFile output(part);
    std::vector<char> buffer(1 << 18);
    int64_t copied = 0;
    size_t bytes = 0;
    while ((bytes = fread(buffer.data(), 1, buffer.size(), input)) > 0) {
      output.write(buffer.data(), bytes);
      copied += static_cast<int64_t>(bytes);
      progress.update(copied);
    }
    if (ferror(input)) fail(to_text(source), ": expected a file to read, found: ", strerror(errno));
    output.commit();
  }

 private:
  fs::path folder_;
};

}  // namespace

std::unique_ptr<Fetcher> make_folder_fetcher(const std::string& folder, const std::string& model) {
  return std::make_unique<FolderFetcher>(folder, model);
}

}  // namespace cli
